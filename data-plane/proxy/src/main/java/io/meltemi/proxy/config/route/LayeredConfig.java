package io.meltemi.proxy.config.route;

/// A filter's configuration at one level of the routes that adds to what outer levels say, instead
/// of replacing it. Immutable.
public interface LayeredConfig {
    /// This level above an outer one, as one configuration.
    ///
    /// @param outer of the same filter; of another class when routes mix types under one name
    Object above(Object outer);
}
