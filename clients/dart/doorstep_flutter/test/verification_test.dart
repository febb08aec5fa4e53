import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';

import 'support/app.dart';

void main() {
  useRealNetwork();
  late Doorstep server;
  setUpAll(() async => server = await Doorstep.start());
  tearDownAll(() => server.stop());

  const title = 'Confirm your e-mail address';

  networkTest('a customer confirms the address, and the banner goes', (
    tester,
  ) async {
    final email = freshEmail();
    final client = clientOf(tester, server.url);
    await tester.pumpWidget(appOf(client, const VerificationBanner()));
    expect(find.text(title), findsNothing);
    await tester.real(() => signUp(client, email));
    await tester.waitFor(find.text(title));
    expect(find.textContaining(email), findsOneWidget);
    await tester.click('Send me a code');
    await tester.waitFor(find.textContaining('A mail is on its way'));
    final mail = await tester.real(() => server.mailTo(email));
    await tester.type('Code from the mail', otherThan(mail.code));
    await tester.click('Confirm');
    await tester.waitFor(find.textContaining('Tries left: 4'));
    await tester.type('Code from the mail', mail.code);
    await tester.click('Confirm');
    await tester.waitFor(find.text('Your e-mail address is confirmed.'));
    final known = (client.session.value as SignedIn).customer;
    expect(known.emailVerified, isTrue);
    // It is said once, to whom it concerns.
    await tester.pumpWidget(const SizedBox());
    await tester.pumpWidget(appOf(client, const VerificationBanner()));
    await tester.real(client.policy);
    await tester.pump();
    expect(find.byType(VerificationForm), findsNothing);
  });

  networkTest('an address that was confirmed elsewhere is seen', (
    tester,
  ) async {
    final email = freshEmail();
    final client = clientOf(tester, server.url);
    final other = clientOf(tester, server.url);
    await tester.real(() => signUp(client, email));
    await tester.pumpWidget(appOf(client, const VerificationBanner()));
    await tester.waitFor(find.text(title));
    await tester.real(() => other.login(email: email, password: goodPassword));
    final asked = await tester.real(other.requestVerification);
    final mail = await tester.real(() => server.mailTo(email));
    await tester.real(
      () => other.confirmVerification(
        request: (asked as Ok<MailAsked>).value.request,
        code: mail.code,
      ),
    );
    await tester.real(client.refresh);
    await tester.waitFor(find.text('Your e-mail address is confirmed.'));
  });

  networkTest('it stands on the account page, and reads from the right', (
    tester,
  ) async {
    final client = clientOf(tester, server.url);
    await tester.real(() => signUp(client, freshEmail()));
    await tester.pumpWidget(
      appOf(
        client,
        const SizedBox(height: 3000, child: AccountPage()),
        locale: const Locale('ar'),
      ),
    );
    final heading = find.text('أكّد بريدك الإلكتروني');
    await tester.waitFor(heading);
    expect(Directionality.of(tester.element(heading)), TextDirection.rtl);
    await tester.waitFor(find.text('هذا الجهاز'));
  });
}
