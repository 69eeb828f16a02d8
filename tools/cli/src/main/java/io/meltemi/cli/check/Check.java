package io.meltemi.cli.check;

import java.util.Set;

/// One promise of the demo.
///
/// @param name what is promised, in a few words
/// @param needs what it is skipped without
public record Check<M>(String name, Set<Need> needs, Body<M> body) {
    public Check {
        needs = Set.copyOf(needs);
    }

    /// A promise that every mesh keeps.
    public Check(String name, Body<M> body) {
        this(name, Set.of(), body);
    }

    /// The same where there are pods, skipped elsewhere.
    public Check<M> needingPods() {
        return new Check<>(name, Set.of(Need.PODS), body);
    }

    /// Looks whether the promise holds; an exception fails the check with its message.
    @FunctionalInterface
    public interface Body<M> {
        Outcome run(M mesh) throws Exception;
    }
}
