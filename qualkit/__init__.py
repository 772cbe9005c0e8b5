"""qualkit: qualitative research with interviews, focus groups and workshops, on plain files."""

import os

__version__ = "0.1.0"

# Nothing leaves the machine. Some libraries report their use to their makers, or ask a hub for news, unless they are
# told not to before they load: ONNX Runtime (both names: it changed them) and the hub's client.
for _name in ("ORT_DISABLE_TELEMETRY", "ORT_TELEMETRY_DISABLED", "HF_HUB_DISABLE_TELEMETRY", "HF_HUB_OFFLINE"):
    os.environ[_name] = "1"
