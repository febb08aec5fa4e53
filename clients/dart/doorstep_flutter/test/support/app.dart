import 'dart:async';
import 'dart:io';

import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';
import 'package:flutter_localizations/flutter_localizations.dart';
import 'package:flutter_test/flutter_test.dart';

import 'servers.dart';

export 'servers.dart';

/// A password that the server takes.
const goodPassword = 'a kettle in the rain';

int _count = 0;

/// An address that no other test uses.
String freshEmail() =>
    'customer${_count++}.${DateTime.now().microsecondsSinceEpoch}@example.com';

/// Widget tests get answers of 400 to every request, unless this was called.
void useRealNetwork() {
  TestWidgetsFlutterBinding.ensureInitialized();
  HttpOverrides.global = null;
}

/// A widget test that talks to servers: what the network keeps open for later
/// ends with it.
void networkTest(
  String description,
  Future<void> Function(WidgetTester tester) body,
) => testWidgets(description, (tester) async {
  await body(tester);
  await tester.pumpWidget(const SizedBox());
  // Connections are kept for 15 seconds, by timers in the test's own time.
  await tester.pump(const Duration(seconds: 20));
});

/// A client that forgets with the test, unless it is given [storage].
DoorstepClient clientOf(
  WidgetTester tester,
  Uri url, {
  SessionStorage? storage,
  Duration timeout = const Duration(seconds: 10),
  DateTime Function()? now,
  List<String>? log,
}) {
  final client = DoorstepClient(
    baseUrl: url,
    storage: storage ?? MemoryStorage(),
    timeout: timeout,
    now: now,
    log: log?.add ?? (_) {},
  );
  addTearDown(client.close);
  return client;
}

/// An app around [child], in the scope of [client].
Widget appOf(
  DoorstepClient client,
  Widget child, {
  Locale locale = const Locale('en'),
  Brightness brightness = Brightness.light,
}) => DoorstepScope(
  client: client,
  refreshAfter: Duration.zero,
  retryAfter: const Duration(seconds: 1),
  child: MaterialApp(
    locale: locale,
    theme: ThemeData(
      brightness: brightness,
      // The usual one needs a shader that only a built app has.
      splashFactory: InkRipple.splashFactory,
    ),
    supportedLocales: DoorstepLocalizations.supportedLocales,
    localizationsDelegates: GlobalMaterialLocalizations.delegates,
    home: Scaffold(
      body: SingleChildScrollView(
        padding: const EdgeInsets.all(16),
        child: child,
      ),
    ),
  ),
);

/// Real time and the test's time go on together, until [isTrue].
extension Waiting on WidgetTester {
  Future<void> waitUntil(bool Function() isTrue, [String? what]) async {
    for (var i = 0; i < 1500; i++) {
      if (isTrue()) return;
      await runAsync(
        () => Future<void>.delayed(const Duration(milliseconds: 10)),
      );
      await pump(const Duration(milliseconds: 10));
    }
    fail('It did not come to: ${what ?? 'what was waited for'}');
  }

  Future<void> waitFor(Finder finder) =>
      waitUntil(() => finder.evaluate().isNotEmpty, '$finder');

  /// Runs [call] with real time and the test's own.
  Future<T> real<T>(Future<T> Function() call) async {
    Result<T>? done;
    Object? error;
    Future<void> run() async {
      try {
        final value = await call();
        done = Ok(value);
      } on Object catch (caught) {
        error = caught;
      }
    }

    unawaited(run());
    await waitUntil(() => done != null || error != null, 'an answer');
    if (error case final error?) fail('$error');
    return (done! as Ok<T>).value;
  }

  /// Types into the field with [label].
  Future<void> type(String label, String text) =>
      enterText(find.widgetWithText(TextField, label), text);

  /// Presses the button with [text].
  Future<void> click(String text) async {
    final button = find.text(text);
    await ensureVisible(button);
    await pump();
    await tap(button);
    await pump();
  }

  /// Fills in the sign-up form.
  Future<void> fillSignUp(
    String email, {
    String name = 'Grace Darling',
    String password = goodPassword,
  }) async {
    await type('Name', name);
    await type('E-mail', email);
    await type('Password', password);
  }
}

/// A code that is not that one.
String otherThan(String code) => code == '00000000' ? '11111111' : '00000000';

/// Makes a customer whose address is proven.
Future<void> verified(
  Doorstep server,
  DoorstepClient client,
  String email,
) async {
  await signUp(client, email);
  final asked = await client.requestVerification() as Ok<MailAsked>;
  final mail = await server.mailTo(email);
  final done = await client.confirmVerification(
    request: asked.value.request,
    code: mail.code,
  );
  if (done is! Ok) fail('${done.error}');
}

/// Makes a customer with a client of its own.
Future<Customer> signUp(DoorstepClient client, String email) async {
  final result = await client.signUp(
    name: 'Grace Darling',
    email: email,
    password: goodPassword,
  );
  if (result case SignUpOk(:final customer)) return customer;
  fail('$result: ${result.error}');
}
