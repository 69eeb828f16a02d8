package io.meltemi.galley.decode;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/// Guesses what was meant by a name that nobody knows. Immutable.
final class Suggestion {
    private Suggestion() {}

    /// ` (did you mean 'x'?)`, or nothing when no candidate is near.
    static String of(String name, Collection<String> candidates) {
        return candidates.stream()
                .filter(c -> distance(plain(name), plain(c)) <= Math.max(1, name.length() / 3))
                .min(
                        Comparator.comparingInt((String c) -> distance(plain(name), plain(c)))
                                .thenComparing(Comparator.naturalOrder()))
                .map(c -> " (did you mean '" + c + "'?)")
                .orElse("");
    }

    /// Case and underscores are the commonest slips: `max_connections` for `maxConnections`.
    private static String plain(String name) {
        String shortened = name.length() > 64 ? name.substring(0, 64) : name;
        return shortened.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
    }

    /// Letters to change, to add, to leave out, or neighbours to swap (`hots` for `host`).
    private static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                cost[i][j] = Math.min(replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
