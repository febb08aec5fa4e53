import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter_test/flutter_test.dart';

import 'support/app.dart';

void main() {
  useRealNetwork();
  late Doorstep server;
  setUpAll(() async => server = await Doorstep.start());
  tearDownAll(() => server.stop());

  networkTest('a wrong password is said, without saying which of the two', (
    tester,
  ) async {
    final email = freshEmail();
    await tester.real(() => signUp(clientOf(tester, server.url), email));
    final client = clientOf(tester, server.url);
    Customer? welcomed;
    await tester.pumpWidget(
      appOf(client, LoginForm(onSuccess: (customer) => welcomed = customer)),
    );
    await tester.type('E-mail', email);
    await tester.type('Password', 'not this one');
    await tester.click('Log in');
    await tester.waitFor(find.text('E-mail or password is wrong'));
    expect(welcomed, isNull);
    // No address has to be proven here.
    expect(find.text('Send another mail'), findsNothing);

    await tester.type('Password', goodPassword);
    await tester.click('Log in');
    await tester.waitUntil(() => welcomed != null);
    expect(welcomed!.email, email);
  });

  networkTest('the keyboard alone is enough', (tester) async {
    final email = freshEmail();
    await tester.real(() => signUp(clientOf(tester, server.url), email));
    final client = clientOf(tester, server.url);
    await tester.pumpWidget(appOf(client, const LoginForm()));
    await tester.type('E-mail', email);
    await tester.testTextInput.receiveAction(TextInputAction.next);
    await tester.type('Password', goodPassword);
    await tester.testTextInput.receiveAction(TextInputAction.done);
    await tester.waitUntil(() => client.session.value is SignedIn);
  });
}
