import 'package:doorstep_client/doorstep_client.dart';
import 'package:doorstep_client/src/diagnose/failure.dart';
import 'package:test/test.dart';

// The words are those of dart:io on the systems named, as people paste them.

final api = Uri.parse('https://api.shop.test/api/login');
final local = Uri.parse('http://localhost:5000/api/login');
final emulator = Uri.parse('http://10.0.2.2:5000/api/login');

void says(String name, Uri url, Failure failure, Object hint, String reason) {
  test(name, () {
    expect(failureHint(url, failure), hint);
    expect(failure.reason.name, reason);
  });
}

void main() {
  const refused = 'Connection refused Connection refused';
  says(
    'nothing listens there',
    local,
    const Failure(refused, number: 111, system: 'linux'),
    'DS-25 Nothing answers at http://localhost:5000. Is the server running, '
        'and does it listen on that address?',
    'unreachable',
  );
  says(
    'nothing listens there, seen from a phone',
    local,
    const Failure(refused, number: 61, system: 'ios'),
    allOf(startsWith('DS-25 '), contains('--listen 0.0.0.0:5000')),
    'unreachable',
  );
  says(
    'nothing listens on the computer of the emulator',
    emulator,
    const Failure(refused, number: 111, system: 'android'),
    startsWith('DS-24 '),
    'unreachable',
  );
  says(
    'no route to the host',
    local,
    const Failure('No route to host', number: 113, system: 'android'),
    startsWith('DS-25 '),
    'unreachable',
  );
  says(
    'a connection that does not come about in time',
    local,
    const Failure('HTTP connection timed out after 0:00:10.000000'),
    startsWith('DS-25 '),
    'unreachable',
  );
  const lookup = 'Failed host lookup: \'api.shop.test\'';
  says(
    'a name that nobody has',
    api,
    const Failure('$lookup Name or service not known', number: -2),
    startsWith('The name api.shop.test cannot be looked up.'),
    'offline',
  );
  says(
    'a name that an Android app may not look up',
    api,
    const Failure(
      '$lookup No address associated with hostname',
      number: 7,
      system: 'android',
    ),
    allOf(startsWith('DS-26 '), contains('android.permission.INTERNET')),
    'offline',
  );
  for (final number in [1, 13]) {
    says(
      'an Android app that may open no socket ($number)',
      local,
      Failure('Connection failed', number: number, system: 'android'),
      startsWith('DS-26 '),
      'unreachable',
    );
  }
  says(
    'a macOS app that may open no socket',
    local,
    const Failure('Connection failed', number: 1, system: 'macos'),
    allOf(startsWith('DS-27 '), contains('com.apple.security.network.client')),
    'unreachable',
  );
  for (final text in [
    'Bad state: Insecure HTTP is not allowed by platform: http://shop.test',
    'Cleartext HTTP traffic to shop.test not permitted',
    'net::ERR_CLEARTEXT_NOT_PERMITTED',
  ]) {
    says(
      'a platform that forbids plain http: $text',
      local,
      Failure(text),
      startsWith('DS-28 '),
      'unreachable',
    );
  }
  says(
    'a chain with a gap',
    api,
    const Failure(
      'Handshake error in client \n\tCERTIFICATE_VERIFY_FAILED: unable to get '
      'local issuer certificate(handshake.cc:393)',
      isTls: true,
    ),
    'DS-29 The certificate of https://api.shop.test is not trusted (Handshake '
        'error in client CERTIFICATE_VERIFY_FAILED: unable to get local issuer '
        'certificate). Serve the whole chain (fullchain.pem), for the name in '
        'baseUrl.',
    'tls',
  );
  says(
    'TLS where there is none',
    api,
    const Failure(
      'Handshake error in client WRONG_VERSION_NUMBER(tls_record.cc:127)',
      isTls: true,
    ),
    startsWith('DS-21 https://api.shop.test does not speak TLS.'),
    'tls',
  );
  says(
    'no network at all',
    api,
    const Failure('Network is unreachable', number: 101, system: 'android'),
    startsWith('No network of this device leads to api.shop.test.'),
    'offline',
  );
  says(
    'a connection that broke',
    local,
    const Failure('Connection closed before full header was received'),
    startsWith('The connection to http://localhost:5000 broke'),
    'unreachable',
  );
  says(
    'something that nobody has foreseen is repeated, in one line',
    local,
    Failure('Surprise:\n${'!' * 500}'),
    allOf(contains('came to nothing: Surprise: !!'), hasLength(lessThan(300))),
    'unreachable',
  );
  says(
    'a browser without a network',
    local,
    const Failure(
      'ClientException: TypeError: Failed to fetch',
      isOffline: true,
    ),
    isNot(startsWith('DS-')),
    UnavailableReason.offline.name,
  );
}
