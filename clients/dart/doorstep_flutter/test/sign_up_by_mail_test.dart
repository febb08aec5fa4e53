import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/widgets.dart';
import 'package:flutter_test/flutter_test.dart';

import 'support/app.dart';

void main() {
  useRealNetwork();
  late Doorstep server;
  setUpAll(
    () async => server = await Doorstep.start({
      'DOORSTEP_SIGNUP_VERIFICATION': 'before',
    }),
  );
  tearDownAll(() => server.stop());

  networkTest('a new customer proves the address, and is signed in', (
    tester,
  ) async {
    final email = freshEmail();
    final client = clientOf(tester, server.url);
    Customer? entered;
    await tester.pumpWidget(
      appOf(client, SignUpForm(onSuccess: (customer) => entered = customer)),
    );
    await tester.fillSignUp(email);
    await tester.click('Create account');
    await tester.waitFor(find.textContaining('Almost done: a mail is on its'));
    expect(find.text('Send another mail in 60 s'), findsOneWidget);
    expect(entered, isNull);
    final mail = await tester.real(() => server.mailTo(email));
    await tester.type('Code from the mail', otherThan(mail.code));
    await tester.click('Confirm');
    await tester.waitFor(find.textContaining('Tries left: 4'));
    await tester.type('Code from the mail', mail.code);
    await tester.click('Confirm');
    await tester.waitUntil(() => entered != null);
    expect(entered!.emailVerified, isTrue);
    expect(client.session.value, isA<SignedIn>());
  });

  networkTest('another mail, and another address', (tester) async {
    final email = freshEmail();
    final client = clientOf(tester, server.url);
    await tester.pumpWidget(
      appOf(client, const SignUpForm(resendAfter: Duration(seconds: 1))),
    );
    await tester.fillSignUp(email);
    await tester.click('Create account');
    await tester.waitFor(find.text('Send another mail'));
    final first = await tester.real(() => server.mailTo(email));
    await tester.click('Send another mail');
    final second = await tester.real(
      () => server.mailTo(email, after: first.number),
    );
    await tester.waitFor(find.text('Send another mail in 1 s'));
    await tester.type('Code from the mail', second.code);
    await tester.click('Use another address');
    expect(find.text('Code from the mail'), findsNothing);
    expect(find.text(email), findsOneWidget);
    await tester.click('Create account');
    await tester.waitFor(find.text('Code from the mail'));
    expect(find.text(second.code), findsNothing);
  });

  networkTest('a login before that is refused, and offers the same', (
    tester,
  ) async {
    final email = freshEmail();
    final client = clientOf(tester, server.url);
    await tester.real(
      () => client.signUp(
        name: 'Grace Darling',
        email: email,
        password: goodPassword,
      ),
    );
    final first = await tester.real(() => server.mailTo(email));
    Customer? entered;
    await tester.pumpWidget(
      appOf(client, LoginForm(onSuccess: (customer) => entered = customer)),
    );
    await tester.type('E-mail', email);
    await tester.type('Password', goodPassword);
    await tester.click('Log in');
    await tester.waitFor(
      find.text(
        'E-mail or password is wrong, or the address is not confirmed yet',
      ),
    );
    await tester.click('Send another mail');
    await tester.waitFor(find.textContaining('Show that $email is yours'));
    await tester.click('Send me a code');
    final mail = await tester.real(
      () => server.mailTo(email, after: first.number),
    );
    await tester.waitFor(find.text('Code from the mail'));
    await tester.type('Code from the mail', mail.code);
    await tester.click('Confirm');
    await tester.waitUntil(() => entered != null);
    expect(entered!.email, email);
  });

  networkTest('whoever was faster with the address has nothing of it', (
    tester,
  ) async {
    final email = freshEmail();
    final client = clientOf(tester, server.url);
    await tester.real(
      () => client.signUp(
        name: 'Eve',
        email: email,
        password: 'a lantern on the stairs',
      ),
    );
    final first = await tester.real(() => server.mailTo(email));
    Customer? entered;
    await tester.pumpWidget(
      appOf(client, SignUpForm(onSuccess: (customer) => entered = customer)),
    );
    await tester.fillSignUp(email);
    await tester.click('Create account');
    await tester.waitFor(find.text('Code from the mail'));
    final mail = await tester.real(
      () => server.mailTo(email, after: first.number),
    );
    await tester.type('Code from the mail', mail.code);
    await tester.click('Confirm');
    await tester.waitUntil(() => entered != null);
    expect(entered!.email, email);
  });

  networkTest('a password that is refused with the proof is said', (
    tester,
  ) async {
    final email = freshEmail();
    final client = clientOf(tester, server.url);
    await tester.real(
      () => client.signUp(name: 'Eve', email: email, password: goodPassword),
    );
    final first = await tester.real(() => server.mailTo(email));
    await tester.pumpWidget(
      appOf(
        client,
        SignUpVerificationForm(
          email: email,
          password: 'short',
          onSuccess: (_) {},
        ),
      ),
    );
    await tester.click('Send me a code');
    final mail = await tester.real(
      () => server.mailTo(email, after: first.number),
    );
    await tester.waitFor(find.text('Code from the mail'));
    await tester.type('Code from the mail', mail.code);
    await tester.click('Confirm');
    await tester.waitFor(find.textContaining('8 characters'));
  });

  networkTest('a refused login says it in the language of the app', (
    tester,
  ) async {
    final client = clientOf(tester, server.url);
    await tester.pumpWidget(
      appOf(client, const LoginForm(), locale: const Locale('de')),
    );
    await tester.type('E-Mail', freshEmail());
    await tester.type('Passwort', goodPassword);
    await tester.click('Anmelden');
    await tester.waitFor(
      find.text(
        'E-Mail oder Passwort ist falsch, '
        'oder die Adresse ist noch nicht bestätigt.',
      ),
    );
    // Nothing is sent as long as there is no password to go on with.
    await tester.type('Passwort', '');
    await tester.click('Noch eine Mail schicken');
    expect(find.text('Anmelden'), findsOneWidget);
  });
}
