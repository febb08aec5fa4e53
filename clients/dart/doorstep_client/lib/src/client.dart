import 'package:http/http.dart' as http;

import 'account.dart';
import 'diagnose/finding.dart';
import 'models.dart';
import 'result.dart';
import 'session_state.dart';
import 'storage.dart';
import 'wire.dart';

/// The one object that an app needs; nothing is sent before it is used.
///
/// Every call answers with a value: nothing throws for an expected outcome.
abstract interface class DoorstepClient {
  /// Makes a client of the server at [baseUrl].
  ///
  /// A base URL that is no web address does not throw: each call then answers
  /// with [UnavailableReason.baseUrl] and says what is wrong (DS-21).
  ///
  /// [storage] keeps the session over a restart; without it the session lives
  /// in memory. On the web it is not used: the browser keeps a cookie.
  /// [httpClient] stays the caller's: it is not closed by [close].
  /// [timeout] is the time for one attempt. [debug] adds hints to failures and
  /// prints them with [log]; a release build has none of them, whatever it is.
  factory DoorstepClient({
    required Uri baseUrl,
    SessionStorage? storage,
    http.Client? httpClient,
    Duration timeout,
    bool? debug,
    DateTime Function()? now,
    void Function(String line)? log,
  }) = WiredClient;

  /// Where requests go: as given, or the emulator's name for it (DS-24).
  Uri get baseUrl;

  /// Who is signed in, as far as is known.
  SessionListenable get session;

  /// Brings back the session of the last start; never throws.
  ///
  /// With a stored session it answers at once with [SignedIn.stale], and asks
  /// the server meanwhile. A browser's cookie has to be asked for.
  Future<SessionState> restore();

  /// Asks the server who is signed in; calls made meanwhile share the answer.
  Future<SessionState> refresh();

  /// Makes an account and signs in. The e-mail is trimmed, the password never.
  ///
  /// Trying again after [SignUpUnavailable] cannot make a second account.
  Future<SignUpResult> signUp({
    required String name,
    required String email,
    required String password,
    bool? marketingConsent,
    Future<void>? abort,
  });

  /// Signs in. The e-mail is trimmed, the password never.
  Future<LoginResult> login({
    required String email,
    required String password,
    Future<void>? abort,
  });

  /// Ends the session, here and on the server.
  Future<Result<void>> logout();

  /// Changes the password; every other session of the customer ends.
  Future<Result<void>> changePassword({
    required String currentPassword,
    required String newPassword,
  });

  /// Deletes the account for good.
  Future<Result<void>> deleteAccount({required String currentPassword});

  /// Everything that is stored about the customer.
  Future<Result<Map<String, Object?>>> exportData();

  /// What a form needs to know before it asks.
  Future<Result<Policy>> policy();

  /// While developing: prints and returns what stands between here and the
  /// server; empty when all is well, and in release builds.
  Future<List<Finding>> diagnose();

  /// The customer's own data.
  Profile get profile;

  /// The address book.
  Addresses get addresses;

  /// The devices on which the customer is signed in.
  Devices get sessions;

  /// Ends listening and, if it was made here, the HTTP client. The session
  /// stays.
  void close();
}
