package io.meltemi.proxy.observe.accesslog;

/// The calendar by arithmetic on days since 1970, without an object. Immutable. `HOT`.
///
/// Years are counted from March, so that the leap day is the last and month lengths follow `(153 m
/// + 2) / 5`; 146,097 days make 400 years.
final class Civil {
    private static final long SHIFT = 719_468; // from 0000-03-01 to 1970-01-01

    private Civil() {}

    static long year(long day) {
        long shifted = day + SHIFT;
        long year = yearOfEra(shifted) + Math.floorDiv(shifted, 146_097L) * 400;
        return month(day) <= 2 ? year + 1 : year;
    }

    /// 1 to 12.
    static int month(long day) {
        long fromMarch = monthFromMarch(day);
        return (int) (fromMarch < 10 ? fromMarch + 3 : fromMarch - 9);
    }

    static long dayOfMonth(long day) {
        return dayFromMarch(day + SHIFT) - (153 * monthFromMarch(day) + 2) / 5 + 1;
    }

    static long dayOfYear(long day) {
        long year = year(day);
        long leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 1 : 0;
        long fromMarch = dayFromMarch(day + SHIFT);
        return fromMarch >= 306 ? fromMarch - 305 : fromMarch + 60 + leap;
    }

    /// 0 is Sunday.
    static int dayOfWeek(long day) {
        return (int) Math.floorMod(day + 4, 7L);
    }

    private static long monthFromMarch(long day) {
        return (5 * dayFromMarch(day + SHIFT) + 2) / 153;
    }

    private static long yearOfEra(long shifted) {
        long dayOfEra = Math.floorMod(shifted, 146_097L);
        return (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    }

    private static long dayFromMarch(long shifted) {
        long year = yearOfEra(shifted);
        return Math.floorMod(shifted, 146_097L) - (365 * year + year / 4 - year / 100);
    }
}
