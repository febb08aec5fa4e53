import 'calls.dart';
import 'http.dart';
import 'result.dart';

Future<Result<void>> setPassword(Calls calls, String current, String next) =>
    calls.call(
      Call(
        'POST',
        '/user/password',
        body: {'currentPassword': current, 'newPassword': next},
      ),
      nothing,
    );
