part of 'client.dart';

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
