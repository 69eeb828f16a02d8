package io.meltemi.proxy.observe.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;

final class CivilTest {
    @Test
    void everyDayOfFiveCenturiesIsTheCalendarsDay() {
        for (LocalDate date = LocalDate.of(1900, 1, 1);
                date.getYear() < 2400;
                date = date.plusDays(1)) {
            long day = date.toEpochDay();

            assertThat(
                            new long[] {
                                Civil.year(day),
                                Civil.month(day),
                                Civil.dayOfMonth(day),
                                Civil.dayOfYear(day),
                                Civil.dayOfWeek(day)
                            })
                    .as("%s", date)
                    .containsExactly(
                            date.getYear(),
                            date.getMonthValue(),
                            date.getDayOfMonth(),
                            date.getDayOfYear(),
                            date.getDayOfWeek().getValue() % 7);
        }
    }
}
