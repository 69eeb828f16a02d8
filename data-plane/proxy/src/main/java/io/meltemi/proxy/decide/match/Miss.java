package io.meltemi.proxy.decide.match;

import org.jspecify.annotations.Nullable;

/// A condition that is not met. Immutable.
///
/// @param attribute what it looks at: `method`, `header x-user`; never a value, so that logs may
///   have it
/// @param demand `must be "GET"`
/// @param found `is "POST"`, or `is absent`
public record Miss(String attribute, String demand, String found) {
    /// Of what can never be met.
    public static final Miss NEVER = new Miss("rule", "matches no request", "whatever it is");

    /// @param wanted what follows "must": `be "GET"`
    /// @param invert whether that must not be so
    /// @param is null for what is not there
    public static Miss of(String attribute, String wanted, boolean invert, @Nullable String is) {
        return new Miss(
                attribute,
                (invert ? "must not " : "must ") + wanted,
                is == null ? "is absent" : "is " + ConditionText.quoted(is));
    }

    /// For people: `method must be "GET", is "POST"`.
    public String text() {
        return attribute + " " + demand + ", " + found;
    }
}
