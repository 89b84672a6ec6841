"""What a client of YouTube's upload protocol sends, as the tests send it."""

from typing import Any

import httpx

QUARTER = 262_144
CONTENT = bytes(range(251)) * 4000  # 1,004,000 bytes: not a multiple of a chunk
TOTAL = len(CONTENT)
OPEN = "/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status"
BODY: dict[str, dict[str, Any]] = {
    "snippet": {"title": "A boat", "description": "job 7", "tags": ["boat"], "categoryId": "22"},
    "status": {
        "privacyStatus": "private",
        "selfDeclaredMadeForKids": False,
        "containsSyntheticMedia": True,
    },
}
TOKEN = {"Authorization": "Bearer studio-anything"}
Yt = httpx.Client


def changed(part: str, **fields: object) -> dict[str, dict[str, Any]]:
    return {**BODY, part: {**BODY[part], **fields}}


def start(yt: Yt, body: dict[str, Any] = BODY, size: int = TOTAL) -> httpx.Response:
    headers = {"X-Upload-Content-Type": "video/mp4", "X-Upload-Content-Length": str(size)}
    return yt.post(OPEN, json=body, headers=headers)


def put(yt: Yt, link: str, first: int, last: int) -> httpx.Response:
    span = {"Content-Range": f"bytes {first}-{last}/{TOTAL}"}
    return yt.put(link, content=CONTENT[first : last + 1], headers=span)


def probe(yt: Yt, link: str) -> httpx.Response:
    return yt.put(link, headers={"Content-Range": f"bytes */{TOTAL}"})


def upload(yt: Yt, body: dict[str, Any] = BODY) -> dict[str, Any]:
    answer = put(yt, start(yt, body).headers["location"], 0, TOTAL - 1)
    assert answer.status_code == 200
    return answer.json()


def look(yt: Yt, video_id: str, parts: str = "snippet,status,processingDetails,fileDetails") -> Any:
    return yt.get("/youtube/v3/videos", params={"part": parts, "id": video_id}).json()["items"]


def reason(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["errors"][0]["reason"]
