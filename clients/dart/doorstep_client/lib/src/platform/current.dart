import 'current_stub.dart'
    if (dart.library.io) 'current_io.dart'
    if (dart.library.js_interop) 'current_web.dart'
    as current;
import 'platform.dart';

/// The platform that this program was compiled for.
Platform currentPlatform() => current.CurrentPlatform();
