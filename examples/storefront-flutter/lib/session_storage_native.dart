import 'dart:io';

import 'package:doorstep_client/io.dart';
import 'package:doorstep_flutter/doorstep_flutter.dart';

/// On a desktop: a file that only its owner can read. On a phone: the memory,
/// until you add flutter_secure_storage as the guide shows.
SessionStorage? sessionStorage() {
  if (Platform.isAndroid || Platform.isIOS) return null;
  final home =
      Platform.environment['XDG_STATE_HOME'] ??
      Platform.environment['LOCALAPPDATA'] ??
      '${Platform.environment['HOME']}/.local/state';
  return FileStorage('$home/gale-and-kettle');
}
