import 'dart:async';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/foundation.dart';
import 'package:flutter/widgets.dart';

import 'session_notifier.dart';

/// Gives every widget below it the client, and keeps its session fresh.
///
/// On start it restores the session; when the app comes back to the foreground,
/// and while the server could not be reached, it asks again.
///
/// ```dart
/// runApp(DoorstepScope(client: account, child: const App()));
/// ```
class DoorstepScope extends StatefulWidget {
  /// Put it above the `MaterialApp`, so that every route finds it.
  const DoorstepScope({
    required this.client,
    required this.child,
    this.messages = const {},
    this.refreshAfter = const Duration(seconds: 30),
    this.retryAfter = const Duration(seconds: 15),
    super.key,
  });

  /// The one client of the app. The scope does not close it.
  final DoorstepClient client;

  /// Your words for error codes, before the kit's and the server's.
  final Map<String, String> messages;

  /// A session younger than this is not checked again when the app comes back.
  final Duration refreshAfter;

  /// How long to wait between two checks while the server cannot be reached.
  final Duration retryAfter;

  /// The app.
  final Widget child;

  /// The client; [context] is built again when the session changes.
  static DoorstepClient of(BuildContext context) =>
      _find(context.dependOnInheritedWidgetOfExactType<_Inherited>()).client;

  /// The client, for a handler: [context] does not follow the session.
  static DoorstepClient read(BuildContext context) =>
      _find(context.getInheritedWidgetOfExactType<_Inherited>()).client;

  /// Who is signed in; [context] is built again when that changes.
  static SessionState sessionOf(BuildContext context) =>
      of(context).session.value;

  /// [DoorstepScope.messages] of the scope above, or none.
  static Map<String, String> messagesOf(BuildContext context) =>
      context.getInheritedWidgetOfExactType<_Inherited>()?.messages ?? const {};

  static _Inherited _find(_Inherited? found) =>
      found ??
      (throw FlutterError.fromParts([
        ErrorSummary('No DoorstepScope above this widget.'),
        ErrorHint(
          'Wrap the app: runApp(DoorstepScope(client: account, child: App()))',
        ),
      ]));

  @override
  State<DoorstepScope> createState() => _DoorstepScopeState();
}

class _DoorstepScopeState extends State<DoorstepScope> {
  late SessionNotifier _session = SessionNotifier(widget.client.session);
  late final AppLifecycleListener _life;
  final Stopwatch _sinceCheck = Stopwatch();
  Timer? _retry;

  @override
  void initState() {
    super.initState();
    _life = AppLifecycleListener(onResume: _resume, onHide: _stopRetry);
    _start();
  }

  @override
  void didUpdateWidget(DoorstepScope old) {
    super.didUpdateWidget(old);
    if (old.client == widget.client) return;
    _session.dispose();
    _session = SessionNotifier(widget.client.session);
    _start();
  }

  void _start() {
    _session.addListener(_watch);
    _sinceCheck
      ..reset()
      ..start();
    if (_session.value is Restoring) unawaited(widget.client.restore());
    _watch();
  }

  void _resume() {
    final isDoubtful = _isStale(_session.value);
    if (isDoubtful || _sinceCheck.elapsed >= widget.refreshAfter) _check();
    _watch();
  }

  void _check() {
    // A visitor has no session that could have ended meanwhile.
    if (_session.value is SignedOut) return;
    _sinceCheck.reset();
    unawaited(widget.client.refresh());
  }

  /// Without a plugin nobody tells that the network is back: so it is tried.
  void _watch() {
    if (!_isStale(_session.value)) return _stopRetry();
    _retry ??= Timer.periodic(widget.retryAfter, (_) => _check());
  }

  static bool _isStale(SessionState state) => switch (state) {
    SignedIn(:final stale) => stale,
    Restoring(:final error) => error != null,
    SignedOut() => false,
  };

  void _stopRetry() {
    _retry?.cancel();
    _retry = null;
  }

  @override
  void dispose() {
    _stopRetry();
    _life.dispose();
    _session.dispose();
    super.dispose();
  }

  @override
  Widget build(BuildContext context) => _Inherited(
    client: widget.client,
    messages: widget.messages,
    notifier: _session,
    child: widget.child,
  );
}

class _Inherited extends InheritedNotifier<ValueListenable<SessionState>> {
  const _Inherited({
    required this.client,
    required this.messages,
    required super.notifier,
    required super.child,
  });

  final DoorstepClient client;
  final Map<String, String> messages;

  @override
  bool updateShouldNotify(_Inherited old) =>
      old.client != client || super.updateShouldNotify(old);
}
