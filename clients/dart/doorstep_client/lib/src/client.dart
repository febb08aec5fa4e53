import 'dart:async';

import 'package:http/http.dart' as http;

import 'addresses.dart';
import 'base_url.dart';
import 'calls.dart';
import 'check.dart';
import 'device_tokens.dart';
import 'diagnose/diagnose.dart';
import 'diagnose/finding.dart';
import 'diagnose/hints.dart';
import 'email_change.dart';
import 'enter.dart';
import 'error.dart';
import 'events.dart';
import 'export.dart';
import 'generated/models.dart';
import 'http.dart';
import 'leave.dart';
import 'login.dart';
import 'login_code.dart';
import 'mailed.dart';
import 'mode.dart';
import 'ordered_storage.dart';
import 'password.dart';
import 'platform/current.dart';
import 'platform/platform.dart';
import 'policy.dart';
import 'profile.dart';
import 'result.dart';
import 'session.dart';
import 'session_state.dart';
import 'sessions.dart';
import 'signup.dart';
import 'storage.dart';
import 'tokens.dart';

part 'wired_client.dart';

/// The one object that an app needs; nothing is sent before it is used.
///
/// Every call answers with a value: nothing throws for an expected outcome.
abstract interface class DoorstepClient {
  /// Makes a client of the server at [baseUrl].
  ///
  /// A base URL that is no web address does not throw: each call then answers
  /// with [UnavailableReason.baseUrl] and says what is wrong (DS-21).
  ///
  /// [storage] keeps the session over a restart, and beside it what makes this
  /// a known device of the customer; without it both live in memory. On the web
  /// it is not used: the browser keeps cookies.
  /// [httpClient] stays the caller's: it is not closed by [close].
  /// [timeout] is the time for one attempt. [language] is that of the server's
  /// sentences ([DoorstepError.message]), like `de`; the Flutter kit has its own
  /// for every language but English, and wants the server's in English. [debug] adds hints to failures and
  /// prints them with [log]; a release build has none of them, whatever it is.
  factory DoorstepClient({
    required Uri baseUrl,
    SessionStorage? storage,
    http.Client? httpClient,
    Duration timeout,
    String language,
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

  /// Asks for a mail to log in with, where [Policy.loginCode] says that there
  /// is one. The e-mail is trimmed; the answer is the same for every address.
  ///
  /// Show [LoginCodeAsked.number] large, offer a field for the code, and
  /// [waitForLogin] meanwhile.
  Future<Result<LoginCodeAsked>> requestLoginCode({required String email});

  /// Signs in with the [code] of the mail and the [LoginCodeAsked.request] that
  /// goes with it.
  ///
  /// An account whose address was never proven is refused with
  /// `fields['password']`; nothing is used up by that. Call again with the
  /// account's [password], or with a [newPassword], which ends every session
  /// that it has.
  Future<LoginResult> confirmLoginCode({
    required String request,
    required String code,
    String? password,
    String? newPassword,
  });

  /// Signs in once whoever reads the mail has chosen the number of this device
  /// on the page behind its link.
  ///
  /// Asks every three seconds, more seldom while the server cannot be reached,
  /// for ten minutes. Ends before that by [abort], by [close], and when the mail
  /// is spent ([ErrorCode.challengeSpent]). After [abort] it can be called again
  /// with the same [request], as an app does that comes back to the front.
  Future<LoginResult> waitForLogin({
    required String request,
    Future<void>? abort,
  });

  /// Ends the session, here and on the server.
  Future<Result<void>> logout();

  /// Changes the password; every other session of the customer ends.
  Future<Result<void>> changePassword({
    required String currentPassword,
    required String newPassword,
  });

  /// Asks for a mail to whoever has forgotten the password. The e-mail is
  /// trimmed; the answer is the same for every address.
  Future<Result<MailAsked>> requestRecovery({required String email});

  /// Replaces the password by one that is new, with the [code] of the mail and
  /// the [MailAsked.request] that goes with it. Every session ends.
  Future<Result<Confirmed>> confirmRecovery({
    required String request,
    required String code,
    required String newPassword,
  });

  /// Asks for a mail that proves the address of whoever is signed in, or
  /// [email] of somebody who cannot be before: the answer then is the same for
  /// every address.
  Future<Result<MailAsked>> requestVerification({String? email});

  /// Proves the address with the [code] of the mail and the
  /// [MailAsked.request] that goes with it; [session] then has a customer with
  /// [Customer.emailVerified].
  ///
  /// Without a session the account's [password] is needed too, or a
  /// [newPassword], which ends every session, and a login after it. A sign-up
  /// that waits is confirmed with its password as [newPassword]: somebody else
  /// may have signed up with the address before.
  Future<Result<Confirmed>> confirmVerification({
    required String request,
    required String code,
    String? password,
    String? newPassword,
  });

  /// Asks for a mail to [newEmail], which becomes the address of the account
  /// when it is confirmed. The e-mail is trimmed, the password never.
  Future<Result<MailAsked>> changeEmail({
    required String newEmail,
    required String password,
  });

  /// Changes the address with the [code] of the mail and the
  /// [MailAsked.request] that goes with it; [session] then has a customer with
  /// the new one. Without a session the account's [password] is needed too.
  Future<Result<Confirmed>> confirmEmailChange({
    required String request,
    required String code,
    String? password,
  });

  /// Takes a change of address back, with the [token] of the link that the
  /// former address got by mail. Every session ends, and the password with them:
  /// a mail to choose another is sent.
  Future<Result<Confirmed>> undoEmailChange({required String token});

  /// What has happened to the account, newest first; [before] is the
  /// [SecurityEvents.next] of the page before. The sentences are in [language],
  /// or in that of the client.
  Future<Result<SecurityEvents>> securityEvents({
    String? before,
    String? language,
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
