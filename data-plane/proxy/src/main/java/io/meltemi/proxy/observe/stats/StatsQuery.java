package io.meltemi.proxy.observe.stats;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/// Which statistics an admin request asks for, and their form. Immutable.
///
/// @param usedOnly leaves out what was never written to
/// @param filter part of the names, as an expression; the empty one admits all
public record StatsQuery(boolean usedOnly, Pattern filter) {
    public static final StatsQuery ALL = new StatsQuery(false, Pattern.compile(""));

    /// @param filter `?filter=` of the request; empty for none
    /// @throws IllegalArgumentException when the expression is not valid; the message is for the
    ///   asker
    public static StatsQuery of(boolean usedOnly, String filter) {
        try {
            return new StatsQuery(usedOnly, Pattern.compile(filter));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("Invalid re2 regex: " + e.getMessage(), e);
        }
    }

    boolean selects(Series series) {
        return (!usedOnly || series.isUsed()) && filter.matcher(series.name()).find();
    }
}
