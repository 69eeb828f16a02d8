package io.meltemi.cli.check;

/// One promise of the demo.
///
/// @param name what is promised, in a few words
public record Check<M>(String name, Body<M> body) {
    /// Looks whether the promise holds; an exception fails the check with its message.
    @FunctionalInterface
    public interface Body<M> {
        Outcome run(M mesh) throws Exception;
    }
}
