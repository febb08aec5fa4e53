import 'package:doorstep_client/doorstep_client.dart';
import 'package:doorstep_client/src/base_url.dart';
import 'package:doorstep_client/src/diagnose/hints.dart';
import 'package:test/test.dart';

import 'support/scripted.dart';

final page = Uri.parse('https://shop.example/signup?step=1');

void main() {
  for (final text in [
    '',
    'undefined',
    'null',
    'https://undefined',
    'undefined/api',
    'https://undefined/api',
    'localhost:5000',
    'shop.example',
    '//shop.example',
    'ftp://shop.example',
    'http:///nohost',
    'https:',
    'api',
  ]) {
    test('"$text" is no base URL: a typed result that says so', () async {
      final scripted = Scripted(baseUrl: Uri.parse(text));
      final result = await scripted.signUp();
      expect((result as SignUpUnavailable).reason, UnavailableReason.baseUrl);
      expect(result.hint, startsWith('DS-21 '));
      expect(await scripted.client.restore(), isA<SignedOut>());
      final found = (await scripted.client.diagnose()).single;
      expect((found.id, found.url), ('DS-21', null));
      expect(found.message, startsWith('DS-21 '));
      expect((await scripted.client.policy()).error, isNotNull);
      expect(scripted.sent, isEmpty);
      expect(scripted.lines, hasLength(1));
    });
  }

  test('a shop may be named undefined', () {
    final given = Uri.parse('https://undefined.shop');
    expect(baseUrlOf(given).problem, isNull);
  });

  for (final text in ['ftp://me:secret@shop.example', 'me:secret@shop']) {
    test('"$text" is refused without its password', () {
      expect(baseUrlOf(Uri.parse(text)).problem, isNot(contains('secret')));
    });
  }

  test('a relative one works in a browser only', () async {
    final scripted = Scripted(baseUrl: Uri.parse('/'));
    final result = await scripted.login();
    expect(result.error!.hint, startsWith('DS-23 '));
    final inBrowser = baseUrlOf(Uri.parse('/'), page: page);
    expect('${inBrowser.url}', 'https://shop.example');
    final below = baseUrlOf(Uri.parse('/account/'), page: page);
    expect('${below.url}', 'https://shop.example/account');
  });

  test('slashes at the end, query and fragment do not matter', () {
    for (final text in [
      'https://a.example',
      'https://a.example/',
      'https://a.example//',
      'https://a.example/?x=1#y',
    ]) {
      expect('${baseUrlOf(Uri.parse(text)).url}', 'https://a.example');
    }
    final below = baseUrlOf(Uri.parse('http://a.example:5000/accounts/'));
    expect('${below.url}', 'http://a.example:5000/accounts');
  });

  test('a name that contains "null" is a name', () {
    final url = baseUrlOf(Uri.parse('https://null.example'));
    expect(url.problem, isNull);
  });

  test('the emulator reaches its host by another name', () {
    String on(String text, {required bool emulator}) =>
        '${baseUrlOf(Uri.parse(text), isAndroidEmulator: emulator).url}';
    expect(on('http://localhost:5000', emulator: true), 'http://10.0.2.2:5000');
    expect(on('http://127.0.0.1:5000', emulator: true), 'http://10.0.2.2:5000');
    expect(
      on('http://192.168.1.5:5000', emulator: true),
      'http://192.168.1.5:5000',
    );
    expect(
      on('http://localhost:5000', emulator: false),
      'http://localhost:5000',
    );
  });

  test('a tunnel is asked to leave out its warning page', () {
    final headers = tunnelHeaders(Uri.parse('https://a.ngrok-free.app'));
    expect(headers, isNotEmpty);
    expect(tunnelHeaders(Uri.parse('https://ngrok-free.app.evil')), isEmpty);
  });
}
