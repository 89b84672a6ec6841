"""What `adk web .` loads: `app`, the planner with its guard, wired from the environment.

Nobody else imports this module: loading it builds the agent and, without a key, starts the studio.
"""

from video_agent.settings import load_settings
from video_agent.wiring.chat import build_chat_app

app = build_chat_app(load_settings())
root_agent = app.root_agent
