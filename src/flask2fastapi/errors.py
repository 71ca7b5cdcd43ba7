"""The exceptions that a user may meet; everything else that escapes is a bug and keeps its traceback.

```
Flask2FastAPIError          one clear line for the user, exit code 2
├── ConfigError             [tool.flask2fastapi] or an option says something that we do not know
├── SourceError             a path cannot be read, found or written
│   └── DirtyTreeError      the git tree has uncommitted changes
├── TargetError             the target's interpreter or application cannot be used
│   ├── BootError           the application does not import or build
│   └── PinError            a dependency is pinned where FastAPI cannot live beside it
├── CodemodError            an installed or configured codemod is not valid
└── RewriteError            a file that we would write does not parse: nothing is written
```
"""

from __future__ import annotations


class Flask2FastAPIError(Exception):
    """A problem that the user can solve: its text is one line that says where, what and what to do."""


class ConfigError(Flask2FastAPIError):
    """The configuration or an option names something unknown or contradicts itself."""


class SourceError(Flask2FastAPIError):
    """A path cannot be found, read or written."""


class DirtyTreeError(SourceError):
    """The git working tree has changes that a run in place could mix with its own."""


class TargetError(Flask2FastAPIError):
    """The target's interpreter or application cannot be used."""


class BootError(TargetError):
    """The target's application does not import or build."""


class PinError(TargetError):
    """The target pins a dependency to a version that FastAPI cannot live beside."""


class CodemodError(Flask2FastAPIError):
    """An installed or configured codemod cannot be used."""


class RewriteError(Flask2FastAPIError):
    """A rewritten file does not parse; nothing has been written."""
