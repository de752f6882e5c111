package dev.countersign.notification;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PreferencesTest {
    @ParameterizedTest
    @CsvSource(nullValues = "never", textBlock = """
                    # from, until, zone,          urgent, now,                  expires,              told
                    22:00,  07:00, UTC,           true,   2026-11-24T12:00:00Z, 2026-11-24T12:15:00Z, 2026-11-24T12:00:00Z
                    22:00,  07:00, UTC,           true,   2026-11-24T22:00:00Z, 2026-11-25T12:00:00Z, 2026-11-25T07:00:00Z
                    22:00,  07:00, UTC,           true,   2026-11-25T06:59:59Z, 2026-11-25T12:00:00Z, 2026-11-25T07:00:00Z
                    22:00,  07:00, UTC,           true,   2026-11-25T07:00:00Z, 2026-11-25T12:00:00Z, 2026-11-25T07:00:00Z
                    22:00,  07:00, UTC,           true,   2026-11-24T23:00:00Z, 2026-11-24T23:15:00Z, 2026-11-24T23:00:00Z
                    22:00,  07:00, UTC,           true,   2026-11-24T23:00:00Z, 2026-11-25T07:00:00Z, 2026-11-24T23:00:00Z
                    22:00,  07:00, UTC,           false,  2026-11-24T23:00:00Z, 2026-11-24T23:15:00Z, never
                    12:00,  14:00, UTC,           true,   2026-11-24T13:00:00Z, 2026-11-25T13:00:00Z, 2026-11-24T14:00:00Z
                    12:00,  14:00, UTC,           true,   2026-11-24T14:00:00Z, 2026-11-25T13:00:00Z, 2026-11-24T14:00:00Z
                    12:00,  12:00, UTC,           true,   2026-11-24T13:00:00Z, 2026-11-25T13:00:00Z, 2026-11-24T13:00:00Z
                    22:00,  07:00, Europe/Berlin, true,   2026-11-24T21:30:00Z, 2026-11-25T12:00:00Z, 2026-11-25T06:00:00Z
                    22:00,  07:00, Europe/Berlin, true,   2026-10-24T21:30:00Z, 2026-10-25T12:00:00Z, 2026-10-25T06:00:00Z
                    """)
    void quietHoursHoldBackWhatCanWait(
            LocalTime from,
            LocalTime until,
            String zone,
            boolean urgent,
            Instant now,
            Instant expires,
            @Nullable Instant told) {
        assertThat(new Preferences(from, until, ZoneId.of(zone), urgent).tellAt(now, expires))
                .isEqualTo(told);
    }
}
