import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:storefront_flutter/art/svg_path.dart';
import 'package:storefront_flutter/settings.dart';
import 'package:storefront_flutter/shop_app.dart';

import '../../../clients/dart/doorstep_flutter/test/support/app.dart';

void main() {
  useRealNetwork();
  late Doorstep server;
  setUpAll(() async => server = await Doorstep.start());
  tearDownAll(() => server.stop());

  Future<DoorstepClient> open(WidgetTester tester) async {
    tester.view.physicalSize = const Size(1280, 2400);
    tester.view.devicePixelRatio = 1;
    addTearDown(tester.view.reset);
    final client = clientOf(tester, server.url);
    await tester.pumpWidget(
      DoorstepScope(
        client: client,
        child: const ShopApp(settings: Settings(locale: Locale('en'))),
      ),
    );
    await tester.waitFor(find.text('Sign up'));
    return client;
  }

  networkTest('a visitor signs up, logs out, and logs in again', (
    tester,
  ) async {
    final email = freshEmail();
    final client = await open(tester);
    await tester.click('Sign up');
    await tester.pumpAndSettle();
    await tester.fillSignUp(email);
    await tester.click('Create account');
    await tester.waitFor(find.text('This device'));
    await tester.pumpAndSettle();
    await tester.click('Log out');
    await tester.waitFor(find.text('You are not logged in.'));
    await tester.type('E-mail', email);
    await tester.type('Password', goodPassword);
    await tester.tap(find.widgetWithText(FilledButton, 'Log in'));
    await tester.waitFor(find.text('This device'));
    expect(client.session.value, isA<SignedIn>());
  });

  networkTest('who has forgotten the password gets in again', (tester) async {
    final email = freshEmail();
    await tester.real(() => signUp(clientOf(tester, server.url), email));
    final client = await open(tester);
    await tester.click('Log in');
    await tester.pumpAndSettle();
    await tester.type('E-mail', email);
    await tester.waitFor(find.text('Forgot your password?'));
    await tester.click('Forgot your password?');
    await tester.pumpAndSettle();
    // The page has the address from the one before.
    await tester.click('Send me a code');
    await tester.waitFor(find.text('Code from the mail'));
    final mail = await tester.real(() => server.mailTo(email));
    await tester.type('Code from the mail', mail.code);
    await tester.type('New password', 'two kettles in the rain');
    await tester.click('Save password');
    await tester.waitFor(find.textContaining('Your password is changed.'));
    await tester.pumpAndSettle();
    await tester.type('Password', 'two kettles in the rain');
    await tester.tap(find.widgetWithText(FilledButton, 'Log in'));
    await tester.waitFor(find.text('This device'));
    final known = (client.session.value as SignedIn).customer;
    expect(known.email, email);
    // The mail has proven the address as well: nobody is asked to confirm it.
    expect(known.emailVerified, isTrue);
    expect(find.byType(VerificationForm), findsNothing);
  });

  networkTest('a mail logs in, without a password', (tester) async {
    final email = freshEmail();
    await tester.real(
      () => verified(server, clientOf(tester, server.url), email),
    );
    final first = await tester.real(() => server.mailTo(email));
    final client = await open(tester);
    await tester.click('Log in');
    await tester.pumpAndSettle();
    await tester.type('E-mail', email);
    await tester.waitFor(find.text('E-mail me a code instead'));
    await tester.click('E-mail me a code instead');
    await tester.pumpAndSettle();
    // The page has the address from the one before.
    await tester.click('Send me a code');
    await tester.waitFor(find.byType(LoginNumber));
    final number = tester.widget<LoginNumber>(find.byType(LoginNumber)).number;
    final mail = await tester.real(
      () => server.mailTo(email, after: first.number),
    );
    await tester.real(() => server.choose(mail.link, (one) => one == number));
    await tester.waitFor(find.text('This device'));
    await tester.waitFor(find.textContaining('You let in a device'));
    final known = (client.session.value as SignedIn).customer;
    expect(known.email, email);
  });

  networkTest('the account gets another address', (tester) async {
    final email = freshEmail();
    final other = freshEmail();
    final client = await open(tester);
    await tester.click('Sign up');
    await tester.pumpAndSettle();
    await tester.fillSignUp(email);
    await tester.click('Create account');
    await tester.waitFor(find.byType(EmailChangeForm));
    await tester.waitFor(find.text('This device'));
    await tester.pumpAndSettle();
    Finder field(String label) => find.descendant(
      of: find.byType(EmailChangeForm),
      matching: find.widgetWithText(TextField, label),
    );
    await tester.enterText(field('New e-mail address'), other);
    await tester.enterText(field('Password'), goodPassword);
    final button = find.widgetWithText(FilledButton, 'Change e-mail address');
    await tester.ensureVisible(button);
    await tester.pumpAndSettle();
    await tester.tap(button);
    await tester.waitFor(find.byType(ResendButton));
    final mail = await tester.real(() => server.mailTo(other));
    await tester.enterText(field('Code from the mail'), mail.code);
    final confirm = find.descendant(
      of: find.byType(EmailChangeForm),
      matching: find.widgetWithText(FilledButton, 'Confirm'),
    );
    await tester.ensureVisible(confirm);
    await tester.pump(const Duration(seconds: 1));
    await tester.tap(confirm);
    await tester.waitFor(find.text('Your e-mail address is changed.'));
    await tester.waitFor(find.text('You changed your e-mail address'));
    expect((client.session.value as SignedIn).customer.email, other);
  });

  networkTest('the basket counts, and forgets what is taken out', (
    tester,
  ) async {
    await open(tester);
    await tester.click('Storm lantern');
    await tester.pumpAndSettle();
    await tester.click('Add to basket');
    await tester.click('Add to basket');
    await tester.pumpAndSettle(const Duration(seconds: 5));
    await tester.click('Basket (2)');
    await tester.pumpAndSettle();
    expect(find.text('Together: €168.00'), findsOneWidget);
    await tester.click('−');
    await tester.click('−');
    expect(find.text('Nothing in it yet.'), findsOneWidget);
  });

  networkTest('language and light can be changed', (tester) async {
    await open(tester);
    await tester.click('العربية');
    await tester.pumpAndSettle();
    final shelf = find.text('ستة أشياء صُنعت كما يجب');
    expect(Directionality.of(tester.element(shelf)), TextDirection.rtl);
    await tester.click('داكن');
    await tester.pumpAndSettle();
    expect(Theme.of(tester.element(shelf)).brightness, Brightness.dark);
  });

  test('a path is read as SVG means it', () {
    final square = svgPath('M10 10h20v20H10z m40 0 l10 10').getBounds();
    expect(square, const Rect.fromLTRB(10, 10, 60, 30));
    final disc = svgPath('M1 24a23 23 0 1 0 46 0a23 23 0 1 0-46 0z');
    expect(disc.getBounds().width, closeTo(46, 0.01));
    expect(() => svgPath('M0 0Q1 1 2 2'), throwsFormatException);
  });
}
