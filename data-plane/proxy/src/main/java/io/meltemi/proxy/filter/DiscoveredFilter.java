package io.meltemi.proxy.filter;

import com.google.protobuf.Any;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.xds.message.Anys;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// A filter of one connection manager whose configuration comes by itself (ECDS). Confined to the
/// configuration thread; what is in force is read through [HttpFilterChain].
public final class DiscoveredFilter {
    private final ExtensionSlot slot;
    private final Set<String> types;
    private final @Nullable HttpFilter usual;
    private final BiFunction<Any, ConfigPlace, @Nullable HttpFilter> compiler;
    private @Nullable HttpFilter current;
    private Runnable changed = () -> {};

    /// What was judged last, and the filter it made: it is taken then, or refused by somebody else.
    private @Nullable Any judged;

    private @Nullable HttpFilter made;

    /// @param types full names of the messages that may come
    /// @param usual `default_config`: in force while there is nothing else; null for none
    /// @param compiler makes a filter of what came
    public DiscoveredFilter(
            ExtensionSlot slot,
            Set<String> types,
            @Nullable HttpFilter usual,
            BiFunction<Any, ConfigPlace, @Nullable HttpFilter> compiler) {
        this.slot = slot;
        this.types = Set.copyOf(types);
        this.usual = usual;
        this.compiler = compiler;
        this.current = usual;
        slot.add(this);
    }

    public ExtensionSlot slot() {
        return slot;
    }

    /// Null while there is none.
    @Nullable HttpFilter current() {
        return current;
    }

    void onChange(Runnable listener) {
        changed = listener;
    }

    /// Notes at `at` why a configuration cannot be used here.
    public void judge(Any config, ConfigPlace at) {
        made = compile(config, at);
        judged = config;
    }

    private @Nullable HttpFilter compile(Any config, ConfigPlace at) {
        String url = config.getTypeUrl();
        if (!types.contains(Anys.typeName(url))) {
            at.refuse("'" + url + "' is not among the type_urls " + types);
            return null;
        }
        return compiler.apply(config, at);
    }

    /// @param config null: back to the usual one
    /// @return whether it is in force now
    boolean take(@Nullable Any config) {
        ConfigPlace at = ConfigPlace.root("");
        HttpFilter ready = config != null && config.equals(judged) ? made : null;
        judged = null;
        made = null;
        HttpFilter fresh = config == null ? usual : ready == null ? compile(config, at) : ready;
        if (!at.isClean()) {
            return false;
        }
        current = fresh;
        changed.run();
        return true;
    }
}
