import 'dart:async';

import 'generated/models.dart';
import 'platform/platform.dart';
import 'session_state.dart';
import 'tokens.dart';

/// A snapshot with listeners, kept in step with the other tabs.
final class Session implements SessionListenable {
  Session(this._platform, this._tabsName, this._tokens);

  final Platform _platform;

  /// Null where tabs do not share a session.
  final String? _tabsName;
  final TokenStore? _tokens;

  final List<void Function()> _listeners = [];
  final _states = StreamController<SessionState>.broadcast();
  Tabs _tabs = const NoTabs();
  void Function()? _stopOnline;
  SessionState _value = const Restoring();

  /// Counts sign-ins, sign-outs and changes: an answer from before one of them
  /// is no news.
  int generation = 0;

  /// The version of the customer that was last read.
  String? etag;

  /// The customer as far as is known.
  Customer? get customer => switch (_value) {
    SignedIn(:final customer) => customer,
    _ => null,
  };

  @override
  SessionState get value => _value;

  @override
  Stream<SessionState> get stream => _states.stream;

  @override
  void addListener(void Function() listener) => _listeners.add(listener);

  @override
  void removeListener(void Function() listener) => _listeners.remove(listener);

  /// Follows the other tabs and the network; [check] asks the server.
  void follow(Future<Object?> Function() check) {
    if (_tabsName case final name?) {
      _tabs = _platform.openTabs(name, (news) {
        generation++;
        if (news == 'out') {
          show(const SignedOut(SignedOutReason.loggedOut));
        } else {
          unawaited(check());
        }
      });
    }
    _stopOnline = _platform.onOnline(() {
      if (_value.error != null) unawaited(check());
    });
  }

  void show(SessionState next, {String? news}) {
    if (_states.isClosed) return;
    _value = next;
    for (final listener in [..._listeners]) {
      // A listener may be removed by the one before it.
      if (!_listeners.contains(listener)) continue;
      try {
        listener();
      } on Object catch (exception, stack) {
        Zone.current.handleUncaughtError(exception, stack);
      }
    }
    _states.add(next);
    if (news != null) _tabs.tell(news);
  }

  /// The server said who it is. Nobody waits for the storage here: a form that
  /// is replaced by what it has just shown would never hear of its success.
  void signedIn(
    Customer customer,
    Map<String, String> headers, {
    String? news,
  }) {
    if (news != null) generation++;
    etag = headers['etag'];
    show(SignedIn(customer), news: news);
    unawaited(_tokens?.describe(customer));
  }

  /// Something about the customer changed on the server, and is to be read.
  void changed() {
    generation++;
    _tabs.tell('changed');
  }

  /// [isNews]: there was a session until now. A visitor who stays one must not
  /// outdate a login under way.
  Future<void> signedOut(SignedOutReason reason, {required bool isNews}) async {
    if (isNews) generation++;
    etag = null;
    // What could not be read may be a session still: only a customer ends that.
    final isKnown = isNews || (_tokens?.isKnown ?? false);
    final wiped = isKnown ? _tokens?.write(null) : null;
    show(SignedOut(reason), news: isNews ? 'out' : null);
    await wiped;
  }

  void close() {
    _tabs.close();
    _stopOnline?.call();
    _listeners.clear();
    unawaited(_states.close());
  }
}
