"""Addresses of publications: the network, what two links to the same publication have in common, and what is refused."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.evidence.publications.networks import (
    MAX_LENGTH,
    MEDIA,
    NETWORKS_OF_HOSTS,
    AddressRefused,
    Refusal,
    parse_address,
)

POSTS = [
    "instagram.com/p/DKabc_1-x",
    "facebook.com/example/posts/pfbid02abc",
    "facebook.com/permalink.php?id=12&story_fbid=34",
    "facebook.com/watch?v=123456",
    "tiktok.com/video/7300000000000000001",
    "youtube.com/watch?v=dQw4w9WgXcQ",
    "t.me/example/123",
    "vk.com/wall-123_456",
    "x.com/status/1790000000000000000",
    "threads.com/post/DAbc123",
    "linkedin.com/activity/7200000000000000000",
    "whatsapp.com/channel/0029Va/101",
    "lada.kz/news/1234-қамқорлық.html",
    "lada.kz/?id=5&page=2",
    "lada.kz",
]
HOSTS = st.from_regex(r"[a-z]{2,10}\.[a-z]{2,8}\.(kz|ru|org)", fullmatch=True)
PATHS = st.lists(
    st.from_regex(r"[A-Za-z0-9қәё._~-]{1,12}", fullmatch=True).filter(lambda part: part.strip(".")), max_size=4
)
PARAMETERS = st.lists(st.tuples(st.sampled_from(["id", "p", "n", "story_fbid"]), st.integers(0, 9999)), max_size=3)
TRACKED = st.sampled_from(["utm_source=ig", "fbclid=IwAR0", "igsh=MzRl", "_openstat=x", "yclid=1", "mibextid=Z"])


@pytest.mark.parametrize(
    ("typed", "network", "outlet"),
    [
        ("https://www.instagram.com/p/DKabc/", "instagram", ""),
        ("https://m.facebook.com/story.php?story_fbid=1&id=2", "facebook", ""),
        ("fb.watch/abc", "facebook", ""),
        ("https://vm.tiktok.com/ZM123/", "tiktok", ""),
        ("https://youtu.be/dQw4w9WgXcQ?si=x", "youtube", ""),
        ("t.me/s/example/5", "telegram", ""),
        ("https://m.vk.com/wall-1_2", "vk", ""),
        ("https://mobile.twitter.com/a/status/1", "x", ""),
        ("https://www.threads.net/@a/post/B", "threads", ""),
        ("https://kz.linkedin.com/posts/a-activity-720-x", "linkedin", ""),
        ("https://whatsapp.com/channel/0029Va", "whatsapp", ""),
        ("https://chat.whatsapp.com/invite", MEDIA, "chat.whatsapp.com"),
        ("https://www.lada.kz/news/1", MEDIA, "lada.kz"),
        ("https://netflix.com/x", MEDIA, "netflix.com"),
        ("https://instagram.com.lada.kz/p/1", MEDIA, "instagram.com.lada.kz"),
        ("http://жаңалық.қаз/1", MEDIA, "жаңалық.қаз"),
    ],
)
def test_the_network_or_the_outlet_is_recognised(typed: str, network: str, outlet: str) -> None:
    address = parse_address(typed)
    assert (address.network, address.outlet) == (network, outlet)


@pytest.mark.parametrize(
    "addresses",
    [
        (
            "https://instagram.com/p/DKabc",
            "https://www.instagram.com/aigul/p/DKabc/?igsh=1#x",
            "instagram.com/reel/DKabc",
        ),
        (
            "https://youtu.be/dQw4w9WgXcQ",
            "https://m.youtube.com/watch?app=desktop&v=dQw4w9WgXcQ&t=5",
            "https://www.youtube.com/shorts/dQw4w9WgXcQ",
            "https://youtube.com/live/dQw4w9WgXcQ?si=a",
        ),
        ("https://t.me/Example/5?single", "http://telegram.me/example/5", "https://t.me/s/example/5"),
        ("https://vk.com/wall-1_2", "https://m.vk.com/feed?w=wall-1_2", "https://vk.ru/example?w=wall-1_2%2Fall"),
        ("https://x.com/a/status/12", "https://twitter.com/A/status/12?s=20", "https://x.com/i/web/status/12/photo/1"),
        ("https://www.tiktok.com/@a/video/12?lang=ru", "tiktok.com/@b/video/12"),
        ("https://www.linkedin.com/feed/update/urn:li:activity:72/", "https://kz.linkedin.com/posts/a-activity-72-xY"),
        ("https://lada.kz/%D2%9B?b=2&a=1", "http://www.lada.kz:80/қ/?a=1&utm_medium=x&b=2#top"),
        ("https://қаз.қаз/1", "https://XN--80AO21A.xn--80ao21a./1/"),
    ],
)
def test_links_to_the_same_publication_have_the_same_key(addresses: tuple[str, ...]) -> None:
    assert len({parse_address(address).key for address in addresses}) == 1


def test_different_publications_have_different_keys() -> None:
    assert len({parse_address(post).key for post in POSTS}) == len(POSTS)
    assert len({parse_address(f"youtube.com/watch?v=abcde{number}").key for number in range(9)}) == 9


@pytest.mark.parametrize("post", POSTS)
def test_the_key_is_itself_an_address_of_the_publication(post: str) -> None:
    key = parse_address(post).key
    assert parse_address(key).key == key


@given(
    HOSTS, PATHS, PARAMETERS, st.lists(TRACKED, max_size=3), st.sampled_from(["", "www.", "m.", "www.m."]), st.data()
)
def test_what_says_nothing_about_the_publication_does_not_matter(
    host: str,
    path: list[str],
    parameters: list[tuple[str, int]],
    tracked: list[str],
    prefix: str,
    data: st.DataObject,
) -> None:
    pairs = [f"{name}={value}" for name, value in parameters]
    plain = f"https://{host}/{'/'.join(path)}" + (f"?{'&'.join(pairs)}" if pairs else "")
    mixed = data.draw(st.permutations([*pairs, *tracked]))
    other = f"{data.draw(st.sampled_from(['http', 'HTTPS', 'https']))}://{prefix}{host.upper()}/{'/'.join(path)}"
    other += data.draw(st.sampled_from(["", "/"])) if path else ""
    other += (f"?{'&'.join(mixed)}" if mixed else "") + data.draw(
        st.sampled_from(["", "#top", "&#top" if mixed else "#"])
    )
    first, second = parse_address(plain), parse_address(other)
    assert first.key == second.key
    assert parse_address(first.key).key == first.key


@given(HOSTS, PATHS, PATHS)
def test_other_paths_are_other_publications(host: str, first: list[str], second: list[str]) -> None:
    keys = [parse_address(f"https://{host}/{'/'.join(path)}").key for path in (first, second)]
    assert (keys[0] == keys[1]) == (first == second)


@given(st.sampled_from(["", *(f"https://{host}/" for host in NETWORKS_OF_HOSTS)]), st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_reason(start: str, rest: str) -> None:
    try:
        address = parse_address(start + rest)
    except AddressRefused as refused:
        assert refused.reason in Refusal
        return
    assert address.address.lower().startswith(("http://", "https://"))
    assert 0 < len(address.key) <= MAX_LENGTH
    assert "@" not in urlsplit(address.address).netloc


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("https://user:secret@lada.kz/1", Refusal.WITH_PASSWORD),
        ("https://user@lada.kz", Refusal.WITH_PASSWORD),
        ("https://lada.kz@127.0.0.1/", Refusal.WITH_PASSWORD),
        ("file:///etc/passwd", Refusal.NOT_WEB),
        ("javascript:alert(1)", Refusal.NOT_WEB),
        ("JavaScript://lada.kz/%0aalert(1)", Refusal.NOT_WEB),
        ("data:text/html,x", Refusal.NOT_WEB),
        ("ftp://lada.kz/1", Refusal.NOT_WEB),
        ("mailto:a@lada.kz", Refusal.NOT_WEB),
        ("http://localhost/x", Refusal.INTERNAL),
        ("localhost:8000/x", Refusal.INTERNAL),
        ("http://127.0.0.1/", Refusal.INTERNAL),
        ("http://127.0.0.1./", Refusal.INTERNAL),
        ("http://2130706433/", Refusal.INTERNAL),
        ("http://0x7f.1/", Refusal.INTERNAL),
        ("http://127.1/", Refusal.INTERNAL),
        ("http://①②⑦.0.0.1/", Refusal.INTERNAL),
        ("http://127。0。0。1/", Refusal.INTERNAL),
        ("http://10.0.0.5:8080/x", Refusal.INTERNAL),
        ("http://192.168.1.1", Refusal.INTERNAL),
        ("http://169.254.169.254/latest", Refusal.INTERNAL),
        ("http://[::1]/", Refusal.INTERNAL),
        ("http://[::ffff:127.0.0.1]/", Refusal.INTERNAL),
        ("http://[fd00::1]/", Refusal.INTERNAL),
        ("http://server/x", Refusal.INTERNAL),
        ("http://nas.local/x", Refusal.INTERNAL),
        ("http://wiki.corp", Refusal.INTERNAL),
        ("https://", Refusal.UNREADABLE),
        ("https:lada.kz", Refusal.UNREADABLE),
        ("https://lada .kz", Refusal.UNREADABLE),
        ("our page", Refusal.UNREADABLE),
        ("https://lada.kz\\@evil.kz", Refusal.UNREADABLE),
        ("https://lada..kz", Refusal.UNREADABLE),
        ("https://lada.kz:99999/", Refusal.UNREADABLE),
        ("https://[::1", Refusal.UNREADABLE),
        ("https://lada.kz/\u202egpj", Refusal.UNREADABLE),
        ("https://lada.kz/" + "a" * 1000, Refusal.TOO_LONG),
    ],
)
def test_an_address_that_others_can_not_open_is_refused(typed: str, reason: Refusal) -> None:
    with pytest.raises(AddressRefused) as refused:
        parse_address(typed)
    assert refused.value.reason == reason
