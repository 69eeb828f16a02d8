package io.meltemi.proxy.observe.accesslog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A moment in UTC by a `strftime` pattern, written digit by digit. Immutable. `HOT`.
///
/// Beside the usual letters: `%f` and `%1f` to `%9f` fractions of a second (Envoy), `%E3S` seconds
/// with fraction (absl), `%s` seconds since 1970.
final class TimeFormat {
    private static final String DEFAULT = "%Y-%m-%dT%H:%M:%E3SZ";
    private static final String[] MONTHS = {
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December"
    };
    private static final String[] DAYS = {
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"
    };

    private final Part[] parts;

    private TimeFormat(List<Part> parts) {
        this.parts = parts.toArray(Part[]::new);
    }

    /// @param pattern empty for Envoy's default, `2026-11-24T02:30:03.902Z`
    /// @throws IllegalArgumentException when a letter is not known
    static TimeFormat parse(String pattern) {
        return new TimeFormat(parts(pattern.isEmpty() ? DEFAULT : pattern));
    }

    /// For moments that were moved by the zone's offset. The zone itself cannot be written yet.
    ///
    /// @param pattern empty for the default, without a zone's letter
    /// @throws IllegalArgumentException when a letter is not known
    static TimeFormat parseLocal(String pattern) {
        if (pattern.contains("%z") || pattern.contains("%Z") || pattern.contains("%s")) {
            throw new IllegalArgumentException(
                    "time format '" + pattern + "': %z, %Z and %s of local time are not supported");
        }
        return parse(pattern.isEmpty() ? "%Y-%m-%dT%H:%M:%E3S" : pattern);
    }

    private static List<Part> parts(String pattern) {
        List<Part> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int i = 0;
        while (i < pattern.length()) {
            char c = pattern.charAt(i++);
            if (c != '%') {
                literal.append(c);
                continue;
            }
            int end = i;
            while (end < pattern.length()
                    && (pattern.charAt(end) == 'E' || Character.isDigit(pattern.charAt(end)))) {
                end++;
            }
            if (end == pattern.length()) {
                throw new IllegalArgumentException(
                        "time format '" + pattern + "' ends in the middle of a letter");
            }
            String code = pattern.substring(i, end + 1);
            i = end + 1;
            if (code.equals("%")) {
                literal.append('%');
                continue;
            }
            flush(literal, parts);
            parts.addAll(part(code, pattern));
        }
        flush(literal, parts);
        return parts;
    }

    private static void flush(StringBuilder literal, List<Part> parts) {
        if (!literal.isEmpty()) {
            byte[] bytes = literal.toString().getBytes(StandardCharsets.UTF_8);
            parts.add((_, _, out) -> out.raw(bytes));
            literal.setLength(0);
        }
    }

    private static List<Part> part(String code, String pattern) {
        if (code.matches("[1-9]?f")) {
            return List.of(fraction(code.length() == 1 ? 9 : code.charAt(0) - '0'));
        }
        if (code.matches("E[1-9]S")) {
            List<Part> parts = new ArrayList<>(parts("%S."));
            parts.add(fraction(code.charAt(1) - '0'));
            return parts;
        }
        return switch (code) {
            case "Y" -> List.of((day, _, out) -> out.number(Civil.year(day)));
            case "y" -> List.of((day, _, out) -> out.padded(Civil.year(day) % 100, 2));
            case "m" -> List.of((day, _, out) -> out.padded(Civil.month(day), 2));
            case "d" -> List.of((day, _, out) -> out.padded(Civil.dayOfMonth(day), 2));
            case "e" ->
                    List.of((day, _, out) -> {
                        long dayOfMonth = Civil.dayOfMonth(day);
                        out.text(dayOfMonth < 10 ? " " : "");
                        out.number(dayOfMonth);
                    });
            case "j" -> List.of((day, _, out) -> out.padded(Civil.dayOfYear(day), 3));
            case "H" -> List.of((_, nanos, out) -> out.padded(nanos / 3_600_000_000_000L, 2));
            case "M" -> List.of((_, nanos, out) -> out.padded(nanos / 60_000_000_000L % 60, 2));
            case "S" -> List.of((_, nanos, out) -> out.padded(nanos / 1_000_000_000L % 60, 2));
            case "b", "h" -> List.of((day, _, out) -> out.text(SHORT_MONTHS[Civil.month(day) - 1]));
            case "B" -> List.of((day, _, out) -> out.text(MONTHS[Civil.month(day) - 1]));
            case "a" -> List.of((day, _, out) -> out.text(SHORT_DAYS[Civil.dayOfWeek(day)]));
            case "A" -> List.of((day, _, out) -> out.text(DAYS[Civil.dayOfWeek(day)]));
            case "F" -> parts("%Y-%m-%d");
            case "T" -> parts("%H:%M:%S");
            case "R" -> parts("%H:%M");
            case "z" -> parts("+0000");
            case "Z" -> parts("UTC");
            case "s" ->
                    List.of((day, nanos, out) -> out.number(day * 86_400 + nanos / 1_000_000_000L));
            default ->
                    throw new IllegalArgumentException(
                            "time format '" + pattern + "': %" + code + " is not known");
        };
    }

    private static final String[] SHORT_MONTHS = shortened(MONTHS);
    private static final String[] SHORT_DAYS = shortened(DAYS);

    private static String[] shortened(String[] names) {
        String[] result = new String[names.length];
        for (int i = 0; i < names.length; i++) {
            result[i] = names[i].substring(0, 3);
        }
        return result;
    }

    private static Part fraction(int digits) {
        long divisor = 1;
        for (int i = digits; i < 9; i++) {
            divisor *= 10;
        }
        long by = divisor;
        return (_, nanos, out) -> out.padded(nanos % 1_000_000_000L / by, digits);
    }

    /// @param epochNanos nanoseconds since 1970
    void write(long epochNanos, LogBuffer out) {
        long day = Math.floorDiv(epochNanos, 86_400_000_000_000L);
        long nanos = Math.floorMod(epochNanos, 86_400_000_000_000L);
        for (Part part : parts) {
            part.write(day, nanos, out);
        }
    }

    @FunctionalInterface
    private interface Part {
        /// @param day days since 1970
        /// @param nanos since the day's begin
        void write(long day, long nanos, LogBuffer out);
    }
}
