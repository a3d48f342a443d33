// Goes on with a batch that is issued in portions: sends the form #issue of the page by itself. Without it, there is a button.

document.getElementById("issue")?.requestSubmit();
