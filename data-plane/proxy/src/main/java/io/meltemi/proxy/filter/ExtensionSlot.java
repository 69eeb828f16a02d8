package io.meltemi.proxy.filter;

import com.google.protobuf.Any;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/// A filter's configuration that comes by itself (ECDS), for all connection managers that use it.
/// Confined to the configuration thread.
public final class ExtensionSlot {
    private final Runnable conflict;

    /// Connections that outlive their listener hold filters, too; who is gone with them is
    /// forgotten.
    private final Set<DiscoveredFilter> users =
            Collections.newSetFromMap(new WeakHashMap<DiscoveredFilter, Boolean>());

    private @Nullable Any config;

    /// @param conflict told when what is in force does not suit somebody who comes later
    public ExtensionSlot(Runnable conflict) {
        this.conflict = conflict;
    }

    /// What is in force, or null.
    public @Nullable Any config() {
        return config;
    }

    /// Hands it to all who use it: those whom it does not suit keep what they have.
    ///
    /// @param fresh null: there is none any more
    public void set(@Nullable Any fresh) {
        config = fresh;
        List.copyOf(users).forEach(user -> user.take(fresh));
    }

    void add(DiscoveredFilter user) {
        users.add(user);
        Any known = config;
        if (known != null && !user.take(known)) {
            conflict.run();
        }
    }
}
