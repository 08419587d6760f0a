"""What a packed file, as received, may raise while it is opened or unpacked; any of them means that it is broken."""

import zipfile
import zlib

# zipfile raises NotImplementedError for a packing it does not know and RuntimeError for a member with a password.
BROKEN_ARCHIVE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError)
