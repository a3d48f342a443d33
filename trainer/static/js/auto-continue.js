// Continues a batch that is issued in portions: submits the form #issue. Without this script, there is a button.

document.getElementById("issue")?.requestSubmit();
