import 'error.dart';
import 'generated/models.dart';

/// What the kit knows about who is signed in.
sealed class SessionState {
  const SessionState();

  /// Why the server could not be asked lately; null when it could.
  DoorstepError? get error => null;
}

/// Not known yet. With an [error], the server could not be asked so far.
final class Restoring extends SessionState {
  /// The state of every client before its first answer.
  const Restoring({this.error});

  @override
  final DoorstepError? error;
}

/// Somebody is signed in.
final class SignedIn extends SessionState {
  /// [stale] when this is what was last heard, and not asked since.
  const SignedIn(this.customer, {this.stale = false, this.error});

  /// Who it is.
  final Customer customer;

  /// True when signed in as far as was last heard: the server could not be
  /// asked since. A lost network signs nobody out.
  final bool stale;

  @override
  final DoorstepError? error;
}

/// Nobody is signed in.
final class SignedOut extends SessionState {
  /// Nobody is signed in, because of [reason].
  const SignedOut(this.reason);

  /// Why that is so.
  final SignedOutReason reason;
}

/// Why nobody is signed in.
enum SignedOutReason {
  /// Nobody has signed in here.
  visitor,

  /// The customer logged out on this device, or in another tab of it.
  loggedOut,

  /// The server ended the session: logout elsewhere, password change, expiry.
  sessionEnded,

  /// The customer deleted the account.
  accountDeleted,

  /// What was stored could not be read; damaged, it was wiped.
  storageLost,
}

/// A value that can be listened to, in the shape of Flutter's
/// `ValueListenable`, and as a stream.
abstract interface class SessionListenable {
  /// The state now.
  SessionState get value;

  /// Every later state; a broadcast stream.
  Stream<SessionState> get stream;

  /// Calls [listener] after each change.
  void addListener(void Function() listener);

  /// Ends one subscription of [listener].
  void removeListener(void Function() listener);
}
