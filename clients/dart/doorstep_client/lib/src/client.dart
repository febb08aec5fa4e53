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

/// Puts the parts together. [platform] and [wait] are for this package's tests.
final class WiredClient implements DoorstepClient {
  WiredClient({
    required Uri baseUrl,
    SessionStorage? storage,
    http.Client? httpClient,
    Duration timeout = const Duration(seconds: 10),
    String language = 'en',
    bool? debug,
    DateTime Function()? now,
    void Function(String line)? log,
    Platform? platform,
    Future<void> Function(Duration pause)? wait,
  }) : this._(
         baseUrl,
         storage,
         httpClient,
         timeout,
         language,
         !isRelease && (debug ?? true),
         now ?? DateTime.now,
         log ?? Zone.current.print,
         platform ?? currentPlatform(),
         wait,
       );

  WiredClient._(
    Uri given,
    SessionStorage? storage,
    http.Client? httpClient,
    Duration timeout,
    String language,
    bool isDebug,
    DateTime Function() now,
    void Function(String line) log,
    Platform platform,
    Future<void> Function(Duration pause)? wait,
  ) : _owned = httpClient == null ? platform.createHttpClient(timeout) : null,
      _base = baseUrlOf(
        given,
        page: platform.page,
        isAndroidEmulator: !isRelease && isDebug && platform.isAndroidEmulator,
      ) {
    final net = Http(
      base: '${_base.url}/api',
      client: httpClient ?? _owned!,
      platform: platform,
      timeout: timeout,
      now: now,
      headers: {
        // A browser would send its own, whatever the app's is.
        'Accept-Language': language,
        if (!isRelease && isDebug) ...tunnelHeaders(_base.url),
      },
      wait: wait,
    );
    final hints = !isRelease && isDebug ? Hints(net, log) : null;
    final isWeb = platform.page != null;
    final name = 'doorstep:${_base.url}';
    final store = isWeb ? null : OrderedStorage(storage ?? MemoryStorage());
    final tokens = store == null
        ? null
        : TokenStore(
            name,
            store,
            hints?.tell ?? (hint) => log('[doorstep] $hint'),
          );
    session = Session(platform, isWeb ? name : null, tokens);
    _calls = Calls(
      net,
      session,
      tokens: tokens,
      devices: store == null ? null : DeviceTokens('$name:devices', store),
      hints: hints,
      problem: _base.problem,
    );
    _check = Check(_calls);
    final enter = Enter(_calls, _check, isWeb ? 'cookie' : 'token');
    _signUp = SignUp(enter);
    _password = NewPassword(enter);
    _login = Login(enter);
    _loginCode = LoginCode(enter);
    _mailed = Mailed(_calls, _check);
    _emailChange = EmailChange(_calls, _check);
    _leave = Leave(_calls, _check);
    session.follow(_check.call);
    if (!isRelease && hints != null) _warn(given, platform, hints);
  }

  final http.Client? _owned;
  final BaseUrl _base;
  late final Calls _calls;
  late final Check _check;
  late final SignUp _signUp;
  late final NewPassword _password;
  late final Login _login;
  late final LoginCode _loginCode;
  late final Mailed _mailed;
  late final EmailChange _emailChange;
  late final Leave _leave;

  @override
  late final Session session;

  @override
  Uri get baseUrl => _base.url;

  @override
  late final Profile profile = ProfileCalls(_calls, _check);

  @override
  late final Addresses addresses = AddressCalls(_calls);

  @override
  late final Devices sessions = DeviceCalls(_calls);

  void _warn(Uri given, Platform platform, Hints hints) {
    if (_base.problem case final problem?) {
      hints.tell(problem);
    } else if (given.host != baseUrl.host && given.hasAuthority) {
      hints.tell('DS-24 Emulator: using $baseUrl for ${given.origin}');
    } else {
      addressHints(baseUrl, platform.page).forEach(hints.tell);
    }
  }

  @override
  Future<SessionState> restore() async {
    final kept = await _calls.tokens?.read();
    if (kept != null && session.value is Restoring) {
      session.show(SignedIn(kept.customer, stale: true));
      unawaited(_check());
    } else {
      await _check();
    }
    return session.value;
  }

  @override
  Future<SessionState> refresh() async {
    await _check();
    return session.value;
  }

  @override
  Future<SignUpResult> signUp({
    required String name,
    required String email,
    required String password,
    bool? marketingConsent,
    Future<void>? abort,
  }) => _signUp.call({
    'name': name,
    'email': email.trim(),
    'password': password,
    'marketingConsent': ?marketingConsent,
  }, abort);

  @override
  Future<LoginResult> login({
    required String email,
    required String password,
    Future<void>? abort,
  }) => _login.call({'email': email.trim(), 'password': password}, abort);

  @override
  Future<Result<LoginCodeAsked>> requestLoginCode({required String email}) =>
      _loginCode.ask(email.trim());

  @override
  Future<LoginResult> confirmLoginCode({
    required String request,
    required String code,
    String? password,
    String? newPassword,
  }) => _loginCode.confirm({
    'request': request,
    'code': code,
    'password': ?password,
    'newPassword': ?newPassword,
  });

  @override
  Future<LoginResult> waitForLogin({
    required String request,
    Future<void>? abort,
  }) => _loginCode.wait(request, abort);

  @override
  Future<Result<void>> logout() => logOut(_leave, session);

  @override
  Future<Result<void>> deleteAccount({required String currentPassword}) =>
      erase(_leave, currentPassword);

  @override
  Future<Result<void>> changePassword({
    required String currentPassword,
    required String newPassword,
  }) => _password.call(currentPassword, newPassword);

  @override
  Future<Result<MailAsked>> requestRecovery({required String email}) =>
      _mailed.requestRecovery(email.trim());

  @override
  Future<Result<Confirmed>> confirmRecovery({
    required String request,
    required String code,
    required String newPassword,
  }) => _mailed.confirmRecovery(request, code, newPassword);

  @override
  Future<Result<MailAsked>> requestVerification({String? email}) =>
      _mailed.requestVerification(email?.trim());

  @override
  Future<Result<Confirmed>> confirmVerification({
    required String request,
    required String code,
    String? password,
    String? newPassword,
  }) => _mailed.confirmVerification(
    request,
    code,
    password: password,
    newPassword: newPassword,
  );

  @override
  Future<Result<MailAsked>> changeEmail({
    required String newEmail,
    required String password,
  }) => _emailChange.ask(newEmail.trim(), password);

  @override
  Future<Result<Confirmed>> confirmEmailChange({
    required String request,
    required String code,
    String? password,
  }) => _emailChange.confirm({
    'request': request,
    'code': code,
    'password': ?password,
  });

  @override
  Future<Result<Confirmed>> undoEmailChange({required String token}) =>
      _emailChange.undo(token);

  @override
  Future<Result<SecurityEvents>> securityEvents({
    String? before,
    String? language,
  }) => readEvents(_calls, before, language);

  @override
  Future<Result<Map<String, Object?>>> exportData() => readExport(_calls);

  @override
  Future<Result<Policy>> policy() => readPolicy(_calls);

  @override
  Future<List<Finding>> diagnose() async {
    final hints = _calls.hints;
    if (isRelease || hints == null) return const [];
    if (_base.problem case final problem?) {
      hints.tell(problem);
      return [Finding.of(problem)];
    }
    return Diagnosis(_calls, hints, baseUrl).run();
  }

  @override
  void close() {
    _loginCode.close();
    session.close();
    _owned?.close();
  }
}
