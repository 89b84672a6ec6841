"""Rows as releases wrote them into the schemas 0001 and 0002: every table, every old meaning.

`SPENT` says what each job had spent by the rules of those releases: known costs, reservations of
what runs or may have started, two cents for a language call of unknown price.
"""

from decimal import Decimal

from tests.store.earlier_databases import DOLLAR, Row, Rows, later

JOBS = ("ended", "following", "unsent", "claimed", "unknown", "unresolved")
SPENT = {
    "ended": Decimal("0.3345"),
    "following": Decimal("0.3"),
    "unsent": Decimal("0.3"),
    "claimed": Decimal("0.3"),
    "unknown": Decimal("0.3"),
    "unresolved": Decimal("0.3"),
}
UNKNOWN_COST = {"unknown", "unresolved"}

_STATUS = {"ended": "succeeded", "unknown": "needs_attention", "unresolved": "failed"}
_STOPPED = {"ended": "passed", "unknown": "outcome_unknown", "unresolved": "error"}
_ESTIMATE = 3 * DOLLAR // 10


def rows_of_0001() -> Rows:
    """Every table of the first schema."""
    return {
        "agent_sessions": [_session(number, name) for number, name in enumerate(JOBS, 1)],
        "agent_events": [_event(1, 1), _event(1, 2), _event(2, 1)],
        "agent_app_states": [{"app_name": "video_agent", "state": '{"seen": 3}'}],
        "agent_user_states": [{"app_name": "video_agent", "user_id": "ä", "state": "{}"}],
        "video_jobs": [_job(name) for name in JOBS],
        "attempts": [_attempt("ended", 1), _attempt("ended", 2)]
        + [_attempt(name, 1) for name in JOBS[1:]],
        "generations": _generations(),
        "charges": _charges(),
        "generated_videos": [_video("v1", 1, loudness=-14.2), _video("v2", 2)],
        "quality_reports": [_report("r1", "v1", 1, 0.41), _report("r2", "v2", 2, None)],
    }


def rows_of_0002() -> Rows:
    """The same as the release after it wrote them, with what its schema had more."""
    rows = dict(rows_of_0001())
    first, second = rows["generated_videos"]
    rows["generated_videos"] = [
        first | {"storage_uri": "gs://mine/v1.mp4", "sample_number": 2},
        second | {"storage_uri": None, "sample_number": 1},
    ]
    rows["publications"] = [_publication("p1", "published"), _publication("p2", "failed")]
    rows["latency_observations"] = [
        {
            "generation_id": "gone-with-its-job",
            "backend": "gemini",
            "model": "gemini-omni-1.2-flash",
            "tier": "final",
            "lower_seconds": 61.5,
            "upper_seconds": 64.0,
            "observed_at": later(70),
        }
    ]
    return rows


def _session(key: int, name: str) -> Row:
    return {
        "key": key,
        "app_name": "video_agent",
        "user_id": "ä",
        "session_id": f"job-{name}",
        "version": 2,
        "state": '{"job_id": "\\u0000"}',
        "created_at": 1_790_000_000.25,
        "updated_at": 1_790_000_001.5,
    }


def _event(session_key: int, seq: int) -> Row:
    return {
        "session_key": session_key,
        "seq": seq,
        "timestamp": 1_790_000_000.5 + seq,
        "payload": '{"author": "planner", "content": {"parts": [{"text": "ein Boot 🚤"}]}}',
    }


def _job(name: str) -> Row:
    request = {
        "prompt": f"a red boat ({name})",
        "duration_seconds": 3.0,
        "resolution": "360p",
        "user_id": "ä",
        "quality_threshold": 0.8,
        "budget_usd": "2.00",
        "publish": None,
    }
    ended = name == "ended"
    return {
        "id": name,
        "app_name": "video_agent",
        "user_id": "ä",
        "session_id": f"job-{name}",
        "request": request,
        "status": _STATUS.get(name, "running"),
        "stopped_because": _STOPPED.get(name),
        "backend": "gemini",
        "charged": True,
        "budget_usd": 2 * DOLLAR,
        "best_attempt": 2 if ended else None,
        "best_video_id": "v2" if ended else None,
        "best_score": 0.41 if ended else None,
        "delivered_path": "videos/ended.mp4" if ended else None,
        "error": {"message": "the planner fell silent"} if name == "unresolved" else None,
        "created_at": later(0),
        "updated_at": later(90),
    }


def _attempt(job_id: str, number: int) -> Row:
    return {
        "id": f"{job_id}-{number}",
        "job_id": job_id,
        "number": number,
        "prompt": "a red boat glides across a calm bay",
        "shot": {"subject": "a red boat", "action": "glides"} if number == 1 else None,
        "feedback": None if number == 1 else "- the boat does not move",
        "tier": "final",
        "created_at": later(number),
        "finished_at": later(60 + number) if job_id == "ended" else None,
    }


def _generation(job_id: str, number: int, state: str, **changes: object) -> Row:
    row: Row = {
        "id": f"{job_id}-{number}-{state}",
        "job_id": job_id,
        "attempt_number": number,
        "fingerprint": f"{job_id}:{number}",
        "state": state,
        "version": 2,
        "model": "gemini-omni-1.2-flash",
        "backend": "gemini",
        "prompt": "a red boat glides across a calm bay",
        "settings": {"duration_seconds": 3.0, "resolution": "360p", "aspect_ratio": "16:9"},
        "estimate_usd": _ESTIMATE,
        "reserved_usd": _ESTIMATE,
        "cost_usd": None,
        "provider_id": None,
        "error": None,
        "usage": None,
        "progress": None,
        "intended_at": later(2),
        "submitted_at": later(3),
        "finished_at": None,
        "updated_at": later(4),
    }
    return row | changes


def _generations() -> list[Row]:
    lost = {"message": "the connection was cut", "class": "OutcomeUnknownError"}
    return [
        _generation(
            "ended",
            1,
            "succeeded",
            cost_usd=3 * DOLLAR // 10,
            provider_id="v1_a",
            usage={"video_tokens": 17_376},
            progress=1.0,
            finished_at=later(60),
        ),
        _generation("ended", 2, "rejected", error={"message": "busy"}, finished_at=later(61)),
        _generation("ended", 2, "succeeded", cost_usd=0, provider_id="v1_b", finished_at=later(62)),
        _generation("following", 1, "submitted", provider_id="v1_c", progress=0.5),
        _generation("unsent", 1, "intended", submitted_at=None, version=1),
        _generation("claimed", 1, "intended"),
        _generation("unknown", 1, "outcome_unknown", error=lost),
        _generation("unresolved", 1, "unresolved", error=lost),
    ]


def _charges() -> list[Row]:
    """Booked after each call, with its cost; one whose price nobody knew."""

    def charge(name: str, cost_usd: int | None) -> Row:
        return {
            "id": name,
            "job_id": "ended",
            "kind": "plan",
            "model": "gemini-3.8-flash",
            "input_tokens": 1_200,
            "output_tokens": 80,
            "cost_usd": cost_usd,
            "created_at": later(5),
        }

    return [charge("c1", DOLLAR // 80), charge("c2", DOLLAR // 500), charge("c3", None)]


def _video(video_id: str, number: int, *, loudness: float | None = None) -> Row:
    facts = {
        "duration_seconds": 3.0,
        "width": 640,
        "height": 360,
        "fps": 24.0,
        "frame_count": 72,
        "video_codec": "h264",
    }
    return {
        "id": video_id,
        "job_id": "ended",
        "attempt_number": number,
        "generation_id": f"ended-{number}-succeeded",
        "path": f"videos/{video_id}.mp4",
        "sha256": f"{number}" * 64,
        "size_bytes": 5_000_000_000,
        "duration_seconds": 3.0,
        "width": 640,
        "height": 360,
        "fps": 24.0,
        "video_codec": "h264",
        "audio_codec": None,
        "loudness_lufs": loudness,
        "thumbnail_path": None,
        "source_uri": "https://example.com/v.mp4" if number == 1 else None,
        "facts": facts if number == 1 else None,
        "created_at": later(61),
    }


def _report(report_id: str, video_id: str, number: int, score: float | None) -> Row:
    return {
        "id": report_id,
        "job_id": "ended",
        "video_id": video_id,
        "attempt_number": number,
        "score": score,
        "passed": False,
        "threshold": 0.8,
        "report": {"video_id": video_id, "score": score, "passed": False, "threshold": 0.8},
        "judge_model": "gemini-3.8-flash" if score else None,
        "cost_usd": DOLLAR // 1_000 if score else None,
        "created_at": later(62),
    }


def _publication(publication_id: str, state: str) -> Row:
    return {
        "id": publication_id,
        "video_id": "v1",
        "job_id": "ended",
        "target": "youtube",
        "details": {"title": "A boat", "privacy": "private"},
        "state": state,
        "version": 7,
        "session_uri": None,
        "offset_bytes": 5_000_000_000,
        "last_byte_sent": True,
        "sha256": "1" * 64,
        "size_bytes": 5_000_000_000,
        "youtube_id": "abc" if state == "published" else None,
        "url": "https://youtu.be/abc" if state == "published" else None,
        "extras": {"thumbnail": "done"},
        "error": {"message": "quota"} if state == "failed" else None,
        "lease_owner": None,
        "lease_until": None,
        "created_at": later(80),
        "updated_at": later(81),
        "published_at": later(82) if state == "published" else None,
    }
