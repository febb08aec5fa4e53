export 'session_storage_web.dart'
    if (dart.library.io) 'session_storage_native.dart';
