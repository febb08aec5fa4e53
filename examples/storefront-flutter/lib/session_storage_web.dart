import 'package:doorstep_flutter/doorstep_flutter.dart';

/// In a browser the session is a cookie that no script can read.
SessionStorage? sessionStorage() => null;
