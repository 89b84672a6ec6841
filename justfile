# The commands of this house. CI runs the same ones (.ci/run).

# a new environment with everything a developer needs
setup:
    python3 -m venv .venv
    .venv/bin/pip install -q -e '.[test,dev]'

# the whole test suite
test *arguments:
    .venv/bin/python -m pytest {{arguments}}

# format, lint, types, import contracts
check:
    .venv/bin/ruff format video_agent tests evals
    .venv/bin/ruff check --fix video_agent tests evals
    .venv/bin/pyright --pythonpath .venv/bin/python
    .venv/bin/lint-imports

# sdist -> wheel -> empty environment -> one video without a key
wheel:
    bash .ci/wheel

# a video without a key
demo prompt="a red sailboat glides across a calm bay at sunset":
    .venv/bin/video-agent create "{{prompt}}" --backend studio

# ADK's dev UI on our session store
web:
    .venv/bin/video-agent web

# attempts, cost and score on the committed prompts
evals:
    .venv/bin/python evals/run_prompts.py
