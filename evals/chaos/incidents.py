"""What the harness did to whom: every paid POST that passed by, and every kill."""

import random
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class Fate(StrEnum):
    """What becomes of one paid POST."""

    PASS = "pass"  # noqa: S105 - not a password
    CUT = "cut"  # accepted, then the connection is cut
    REFUSE = "503"  # answered 503 by the proxy; the studio never sees it
    GATEWAY = "503 after acceptance"  # the studio accepted it, the client is told 503
    KILL_BEFORE = "killed before the answer"  # accepted; the sender dies, the answer is not sent
    KILL_AFTER = "killed after the answer"  # accepted and answered; then the sender dies


KILLS = frozenset({Fate.KILL_BEFORE, Fate.KILL_AFTER})
LOST = frozenset({Fate.CUT, Fate.REFUSE, Fate.GATEWAY})


@dataclass
class Post:
    """One paid POST.

    `label` is the generation's id that travels with it. `sender` is the process that sent it.
    `in_window` tells, of an aimed kill, whether our database did not know the answer afterwards.
    """

    number: int
    label: str
    sender: int | None
    fate: Fate
    delay_seconds: float = 0.0
    accepted: bool = False
    delivered: bool = False
    struck: bool = False
    in_window: bool = False


@dataclass(frozen=True)
class Kill:
    """One SIGKILL that met a living process."""

    role: str
    pid: int
    aimed: bool


@dataclass
class Plan:
    """How often what happens; the seed fixes every draw."""

    seed: int
    kills: int
    cut_share: float = 0.05
    refuse_share: float = 0.05
    gateway_share: float = 0.0
    aim_share: float = 0.5
    longest_delay_seconds: float = 0.004


@dataclass
class Incidents:
    """The harness's own books, and its dice."""

    plan: Plan
    posts: list[Post] = field(default_factory=list[Post])
    kills: list[Kill] = field(default_factory=list[Kill])
    calm: bool = False

    @property
    def killed_enough(self) -> bool:
        return len(self.kills) >= self.plan.kills

    def post(self, label: str, sender: int | None) -> Post:
        """Write down a paid POST and draw its fate. The n-th POST of a seed has one fate."""
        number = len(self.posts) + 1
        draw = random.Random(f"{self.plan.seed} {number}")  # noqa: S311 - repeatable
        fate = self._fate(draw)
        post = Post(number, label, sender, fate)
        post.delay_seconds = draw.uniform(0.0, self.plan.longest_delay_seconds)
        self.posts.append(post)
        return post

    def killed(self, role: str, pid: int, *, aimed: bool) -> None:
        """Write down a kill."""
        self.kills.append(Kill(role, pid, aimed))

    def fates(self) -> Counter[str]:
        """How often each fate was drawn."""
        return Counter(post.fate.value for post in self.posts)

    def killed_pids(self) -> frozenset[int]:
        """Who was killed."""
        return frozenset(kill.pid for kill in self.kills)

    def _fate(self, draw: random.Random) -> Fate:
        plan, chance = self.plan, draw.random()
        shares = (
            (Fate.CUT, plan.cut_share),
            (Fate.REFUSE, plan.refuse_share),
            (Fate.GATEWAY, plan.gateway_share),
        )
        if self.calm:
            return Fate.PASS
        for fate, share in shares:
            if chance < share:
                return fate
            chance -= share
        if draw.random() >= plan.aim_share or self.killed_enough:
            return Fate.PASS
        return draw.choice((Fate.KILL_BEFORE, Fate.KILL_AFTER))
