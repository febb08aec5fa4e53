import 'package:doorstep_client/testing.dart';
import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';

import 'support/app.dart';

const newPassword = 'two kettles in the rain';

void main() {
  useRealNetwork();
  late Doorstep server;
  setUpAll(() async => server = await Doorstep.start());
  tearDownAll(() => server.stop());

  /// A customer whose address is proven, and the number of the mail for that.
  Future<(String email, int mails)> customer(WidgetTester tester) async {
    final email = freshEmail();
    await tester.real(
      () => verified(server, clientOf(tester, server.url), email),
    );
    final mail = await tester.real(() => server.mailTo(email));
    return (email, mail.number);
  }

  networkTest('the code of a mail logs in', (tester) async {
    final (email, mails) = await customer(tester);
    final client = clientOf(tester, server.url);
    Customer? entered;
    await tester.pumpWidget(
      appOf(client, LoginCodeForm(onSuccess: (customer) => entered = customer)),
    );
    await tester.type('E-mail', ' $email');
    await tester.click('Send me a code');
    await tester.waitFor(find.textContaining('If this address has an account'));
    expect(find.byType(LoginNumber), findsOneWidget);
    final mail = await tester.real(() => server.mailTo(email, after: mails));
    await tester.type('Code from the mail', otherThan(mail.code));
    await tester.click('Log in');
    await tester.waitFor(find.textContaining('Tries left: 4'));
    await tester.type('Code from the mail', mail.code);
    await tester.testTextInput.receiveAction(TextInputAction.done);
    await tester.waitUntil(() => entered != null);
    expect(entered!.email, email);
    expect(client.session.value, isA<SignedIn>());
  });

  networkTest('the waiting device enters by its number, by itself', (
    tester,
  ) async {
    final (email, mails) = await customer(tester);
    final client = clientOf(tester, server.url);
    Customer? entered;
    await tester.pumpWidget(
      appOf(
        client,
        LoginCodeForm(
          email: email,
          onSuccess: (customer) => entered = customer,
        ),
      ),
    );
    await tester.click('Send me a code');
    await tester.waitFor(find.byType(LoginNumber));
    final number = tester.widget<LoginNumber>(find.byType(LoginNumber)).number;
    expect(find.textContaining('choose this number there'), findsOneWidget);
    final shown = tester.widget<Text>(find.text(number));
    expect(shown.style!.fontSize, greaterThan(40));
    final mail = await tester.real(() => server.mailTo(email, after: mails));
    await tester.real(() => server.choose(mail.link, (one) => one == number));
    await tester.waitUntil(() => entered != null);
    expect(entered!.email, email);
  });

  networkTest('a hidden app does not ask, and goes on when it is back', (
    tester,
  ) async {
    final (email, mails) = await customer(tester);
    final proxy = (await tester.runAsync(() => Proxy.start(server.url)))!;
    addTearDown(proxy.stop);
    final client = clientOf(tester, proxy.url);
    Customer? entered;
    await tester.pumpWidget(
      appOf(
        client,
        LoginCodeForm(
          email: email,
          onSuccess: (customer) => entered = customer,
        ),
      ),
    );
    int polls() => proxy.bodiesOf('POST /api/login/code/poll').length;
    await tester.click('Send me a code');
    await tester.waitFor(find.byType(LoginNumber));
    final number = tester.widget<LoginNumber>(find.byType(LoginNumber)).number;
    await tester.waitUntil(() => polls() > 0);
    void go(List<AppLifecycleState> states) =>
        states.forEach(tester.binding.handleAppLifecycleStateChanged);
    go([AppLifecycleState.inactive, AppLifecycleState.hidden]);
    final before = polls();
    await tester.pump(const Duration(seconds: 10));
    await tester.real(
      () => Future<void>.delayed(const Duration(milliseconds: 300)),
    );
    expect(polls(), before);
    final mail = await tester.real(() => server.mailTo(email, after: mails));
    await tester.real(() => server.choose(mail.link, (one) => one == number));
    expect(entered, isNull);
    go([AppLifecycleState.inactive, AppLifecycleState.resumed]);
    await tester.waitUntil(() => entered != null);
  });

  networkTest('an address that was never proven needs a password', (
    tester,
  ) async {
    final email = freshEmail();
    final laptop = clientOf(tester, server.url);
    await tester.real(() => signUp(laptop, email));
    final client = clientOf(tester, server.url);
    await tester.pumpWidget(appOf(client, LoginCodeForm(email: email)));
    await tester.click('Send me a code');
    await tester.waitFor(find.text('Code from the mail'));
    final mail = await tester.real(() => server.mailTo(email));
    await tester.type('Code from the mail', mail.code);
    await tester.click('Log in');
    await tester.waitFor(find.widgetWithText(TextField, 'Password'));
    // Nobody lets this device in by its number now.
    expect(find.byType(LoginNumber), findsNothing);
    await tester.type('Password', 'not the one at all');
    await tester.click('Log in');
    await tester.waitFor(find.text('E-mail or password is wrong'));
    await tester.click('Choose a new one');
    expect(find.text('E-mail or password is wrong'), findsNothing);
    await tester.type('New password', 'short');
    await tester.click('Log in');
    await tester.waitFor(find.textContaining('Use at least 8 characters'));
    await tester.type('New password', newPassword);
    await tester.click('Log in');
    await tester.waitUntil(() => client.session.value is SignedIn);
    await tester.real(laptop.refresh);
    expect(laptop.session.value, isA<SignedOut>());
  });

  networkTest('another mail can be asked for, with another number', (
    tester,
  ) async {
    final (email, mails) = await customer(tester);
    final client = clientOf(tester, server.url);
    await tester.pumpWidget(
      appOf(
        client,
        LoginCodeForm(email: email, resendAfter: const Duration(seconds: 2)),
      ),
    );
    await tester.click('Send me a code');
    await tester.waitFor(find.text('Send another mail in 2 s'));
    final first = await tester.real(() => server.mailTo(email, after: mails));
    await tester.waitFor(find.text('Send another mail'));
    await tester.click('Send another mail');
    final second = await tester.real(
      () => server.mailTo(email, after: first.number),
    );
    await tester.waitFor(find.text('Send another mail in 2 s'));
    final number = tester.widget<LoginNumber>(find.byType(LoginNumber)).number;
    await tester.real(() => server.choose(second.link, (one) => one == number));
    await tester.waitUntil(() => client.session.value is SignedIn);
  });

  networkTest('a mail that is over says so, and nobody waits for another', (
    tester,
  ) async {
    final (email, _) = await customer(tester);
    final proxy = (await tester.runAsync(() => Proxy.start(server.url)))!;
    addTearDown(proxy.stop);
    final client = clientOf(tester, proxy.url);
    await tester.pumpWidget(appOf(client, LoginCodeForm(email: email)));
    await tester.click('Send me a code');
    await tester.waitFor(find.text('Send another mail in 60 s'));
    // A server answers so within a minute after another number was chosen.
    proxy
      ..answer = (response) {
        response
          ..statusCode = 410
          ..headers.set('content-type', 'application/problem+json')
          ..write(
            '{"code":"challenge_spent",'
            '"message":"This code or link is not good any more"}',
          );
      }
      ..refuse = 1;
    await tester.waitFor(find.textContaining('is not good any more'));
    expect(find.byType(LoginNumber), findsNothing);
    await tester.click('Send another mail');
    await tester.waitFor(find.byType(LoginNumber));
    expect(find.textContaining('is not good any more'), findsNothing);
  });

  group('on the fake server', () {
    DoorstepClient fake(FakeDoorstepServer server) {
      final client = DoorstepClient(
        baseUrl: Uri.parse('http://shop.test'),
        httpClient: server,
        log: (_) {},
      );
      addTearDown(client.close);
      return client;
    }

    Future<void> ask(WidgetTester tester, DoorstepClient client) async {
      await signUp(client, 'grace@example.com');
      await client.logout();
      await tester.pumpWidget(
        appOf(client, const LoginCodeForm(email: 'grace@example.com')),
      );
      await tester.click('Send me a code');
      await tester.pump();
      await tester.pump();
      expect(find.byType(LoginNumber), findsOneWidget);
    }

    testWidgets('a number that is chosen lets in within three seconds', (
      tester,
    ) async {
      final server = FakeDoorstepServer(sendsMail: true);
      final client = fake(server);
      await ask(tester, client);
      final number = tester
          .widget<LoginNumber>(find.byType(LoginNumber))
          .number;
      server.chooseNumber(number);
      await tester.pump(const Duration(seconds: 3));
      await tester.pump();
      expect(client.session.value, isA<SignedIn>());
    });

    testWidgets('another number ends it', (tester) async {
      final server = FakeDoorstepServer(sendsMail: true);
      await ask(tester, fake(server));
      server.chooseNumber('17');
      await tester.pump(const Duration(seconds: 3));
      await tester.pump();
      expect(find.byType(LoginNumber), findsNothing);
      expect(find.textContaining('is not good any more'), findsOneWidget);
    });

    // A timer that is left behind would fail it.
    testWidgets('a form that is left asks no more', (tester) async {
      final server = FakeDoorstepServer(sendsMail: true);
      await ask(tester, fake(server));
      int polls() => server.requests
          .where((request) => request == 'POST /api/login/code/poll')
          .length;
      await tester.pump(const Duration(seconds: 3));
      expect(polls(), 2);
      await tester.pumpWidget(const SizedBox());
      await tester.pump(const Duration(seconds: 30));
      expect(polls(), 2);
    });
  });

  networkTest('phones and password managers are told what each field is', (
    tester,
  ) async {
    await tester.pumpWidget(
      appOf(
        clientOf(tester, server.url),
        const LoginCodeForm(email: 'nobody@example.com'),
      ),
    );
    await tester.click('Send me a code');
    await tester.waitFor(find.text('Code from the mail'));
    final fields = tester.widgetList<TextField>(find.byType(TextField));
    expect(fields.map((field) => field.autofillHints!.first), [
      AutofillHints.username,
      AutofillHints.oneTimeCode,
    ]);
  });

  networkTest('the gate goes from the password to the mail and back', (
    tester,
  ) async {
    final client = clientOf(tester, server.url);
    await tester.pumpWidget(
      appOf(client, AccountGate(builder: (_, _) => const Text('Inside'))),
    );
    await tester.waitFor(find.text('E-mail me a code instead'));
    await tester.type('E-mail', 'grace@example.com');
    await tester.click('E-mail me a code instead');
    expect(find.widgetWithText(TextField, 'Password'), findsNothing);
    expect(find.text('grace@example.com'), findsOneWidget);
    await tester.click('Log in with your password instead');
    expect(find.widgetWithText(TextField, 'Password'), findsOneWidget);
    expect(find.text('grace@example.com'), findsOneWidget);
    await tester.waitFor(find.text('E-mail me a code instead'));
  });

  networkTest('where the server has no login by mail, nothing leads there', (
    tester,
  ) async {
    final without = await tester.real(
      () => Doorstep.start({'DOORSTEP_LOGIN_CODE': 'false'}),
    );
    addTearDown(without.stop);
    final client = clientOf(tester, without.url);
    await tester.pumpWidget(appOf(client, LoginForm(onUseCode: (_) {})));
    final policy = await tester.real(client.policy) as Ok<Policy>;
    expect(policy.value.loginCode, isFalse);
    await tester.pump();
    expect(find.text('E-mail me a code instead'), findsNothing);
  });

  networkTest('Arabic is read from the right', (tester) async {
    await tester.pumpWidget(
      appOf(
        clientOf(tester, server.url),
        const LoginCodeForm(email: 'nobody@example.com'),
        locale: const Locale('ar'),
      ),
    );
    await tester.click('أرسل لي رمزًا');
    final advice = find.text('افتح رابط الرسالة واختر هناك هذا الرقم.');
    await tester.waitFor(advice);
    expect(Directionality.of(tester.element(advice)), TextDirection.rtl);
    final code = find.widgetWithText(TextField, 'الرمز من الرسالة');
    expect(tester.widget<TextField>(code).textDirection, TextDirection.ltr);
  });
}
