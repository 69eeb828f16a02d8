package io.meltemi.proxy;

import com.google.protobuf.Message;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.xds.SourceCompiler;
import io.meltemi.proxy.xds.Subscriptions;
import io.meltemi.proxy.xds.Wish;
import io.meltemi.proxy.xds.WishFinder;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// What listeners and clusters need of others before they can be in force. Confined to the
/// configuration thread.
///
/// @param hasCome whether nobody need wait for something any more
record Needs(SourceCompiler sources, Subscriptions subscriptions, Predicate<Wish> hasCome) {
    /// What a resource asks for; refuses sources that cannot be used.
    Set<Wish> find(Message resource, ConfigPlace at) {
        return WishFinder.find(resource, sources, at);
    }

    /// Why it cannot be asked for, or empty.
    Optional<String> conflict(Set<Wish> wishes) {
        return subscriptions.conflict(wishes);
    }

    boolean haveCome(Set<Wish> wishes) {
        for (Wish wish : wishes) {
            if (wish.isAwaited() && !hasCome.test(wish)) {
                return false;
            }
        }
        return true;
    }
}
