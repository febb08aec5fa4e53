import 'dart:async';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/foundation.dart';

/// What has happened to the account: a few events at first, and more on demand.
/// Read again when something about the customer changes.
class Activity extends ChangeNotifier {
  /// Reads the first page at once, with sentences in [language].
  Activity(this.client, {required this.language}) {
    client.session.addListener(_follow);
    unawaited(reload());
  }

  /// Whose customer it is about.
  final DoorstepClient client;

  /// Of the server's sentences.
  final String language;

  /// So many are shown at first.
  static const few = 5;

  List<SecurityEvent>? _all;
  String? _next;
  int _shown = few;
  int _newest = 0;
  bool _isDisposed = false;

  /// What to show, newest first; null until the first answer.
  List<SecurityEvent>? get events => _all?.take(_shown).toList();

  /// Whether [more] shows more.
  bool get hasMore => (_all?.length ?? 0) > _shown || _next != null;

  /// Why the last call did not succeed.
  DoorstepError? get failure => _failure;
  DoorstepError? _failure;

  void _follow() {
    if (client.session.value is SignedIn) unawaited(reload());
  }

  /// Reads the newest events.
  Future<void> reload() => _read(null, (page) {
    final known = _all ?? const [];
    final ids = {for (final event in known) event.id};
    final fresh = page.events.where((event) => !ids.contains(event.id));
    if (fresh.length < page.events.length && known.isNotEmpty) {
      _all = [...fresh, ...known];
    } else {
      // Nothing that was known, or nothing between: it begins anew.
      _all = page.events;
      _next = page.next;
    }
  });

  /// Shows what is known already, then the page before it.
  Future<void> more() async {
    final known = _all ?? const [];
    if (known.length > _shown) {
      _shown = known.length;
      return notifyListeners();
    }
    final before = _next;
    if (before == null) return;
    await _read(before, (page) {
      _all = [...known, ...page.events];
      _shown = _all!.length;
      _next = page.next;
    });
  }

  Future<void> _read(
    String? before,
    void Function(SecurityEvents page) take,
  ) async {
    final mine = ++_newest;
    final result = await client.securityEvents(
      before: before,
      language: language,
    );
    // An overtaken answer is not shown.
    if (_isDisposed || mine != _newest) return;
    _failure = result.error;
    if (result case Ok(:final value)) take(value);
    notifyListeners();
  }

  @override
  void dispose() {
    _isDisposed = true;
    client.session.removeListener(_follow);
    super.dispose();
  }
}
