import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/foundation.dart';

/// The client's session as Flutter's own [ValueListenable], for a
/// `ValueListenableBuilder`, a router's `refreshListenable` and the like.
///
/// Dispose it when it is no longer needed.
class SessionNotifier extends ValueNotifier<SessionState> {
  /// Follows [session] until disposed.
  SessionNotifier(this._session) : super(_session.value) {
    _session.addListener(_follow);
  }

  final SessionListenable _session;

  void _follow() => value = _session.value;

  @override
  void dispose() {
    _session.removeListener(_follow);
    super.dispose();
  }
}
