import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';

import 'support/app.dart';

void main() {
  useRealNetwork();
  late Doorstep server;
  setUpAll(() async => server = await Doorstep.start());
  tearDownAll(() => server.stop());

  networkTest('the ten lines of the guide sign a customer up', (tester) async {
    await tester.pumpWidget(
      DoorstepScope(
        client: clientOf(tester, server.url),
        child: MaterialApp(
          theme: ThemeData(splashFactory: InkRipple.splashFactory),
          home: Scaffold(
            body: SafeArea(
              child: SingleChildScrollView(
                child: Builder(
                  builder: (context) => switch (DoorstepScope.sessionOf(
                    context,
                  )) {
                    SignedIn(:final customer) => Text('Hello ${customer.name}'),
                    _ => const SignUpForm(),
                  },
                ),
              ),
            ),
          ),
        ),
      ),
    );
    await tester.waitFor(find.text('Create account'));
    await tester.fillSignUp(freshEmail());
    await tester.click('Create account');
    await tester.waitFor(find.text('Hello Grace Darling'));
  });

  networkTest('the whole account page fits into a Scaffold', (tester) async {
    final client = clientOf(tester, server.url);
    await tester.real(() => signUp(client, freshEmail()));
    await tester.pumpWidget(
      DoorstepScope(
        client: client,
        child: MaterialApp(
          theme: ThemeData(splashFactory: InkRipple.splashFactory),
          home: const Scaffold(body: AccountPage()),
        ),
      ),
    );
    await tester.waitFor(find.text('This device'));
    await tester.click('Log out');
    await tester.waitFor(find.text('You are not logged in.'));
    await tester.waitFor(find.text('E-mail me a code instead'));
  });
}
