/// Customer accounts for a shop's own app, against a Doorstep server.
///
/// Make one [DoorstepClient], call [DoorstepClient.restore] at the start, and
/// follow [DoorstepClient.session].
library;

export 'src/addresses.dart' show Addresses;
export 'src/client.dart' show DoorstepClient;
export 'src/diagnose/finding.dart' show Finding;
export 'src/error.dart'
    show ClientErrorCode, DoorstepError, FieldError, UnavailableReason;
export 'src/events.dart' show SecurityEvents;
export 'src/generated/codes.dart' show ErrorCode, FieldErrorCode;
export 'src/generated/models.dart';
export 'src/profile.dart' show Profile;
export 'src/result.dart';
export 'src/session_state.dart';
export 'src/sessions.dart' show Devices;
export 'src/storage.dart' show MemoryStorage, SessionStorage;
