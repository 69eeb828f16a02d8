package io.meltemi.proxy.config.match;

import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.decide.rewrite.HeaderMutations.Add;
import io.meltemi.proxy.decide.rewrite.HeaderMutations.Append;
import io.meltemi.proxy.decide.rewrite.HeaderMutations.Level;
import io.meltemi.proxy.decide.rewrite.HeaderTemplate;
import io.meltemi.proxy.decide.rewrite.InlineHeaders;
import io.meltemi.proxy.observe.accesslog.HeaderOperators;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Compiles `..._headers_to_add` and `..._headers_to_remove` of one level. Immutable: pure
/// functions.
public final class HeaderMutationCompiler {
    private HeaderMutationCompiler() {}

    /// @param direction `request` or `response`: the beginning of both fields' names
    public static Level compile(
            List<HeaderValueOption> add, List<String> remove, ConfigPlace at, String direction) {
        List<Add> adds = compileAdds(add, at, direction + "_headers_to_add");
        List<String> removes = new ArrayList<>();
        for (int i = 0; i < remove.size(); i++) {
            ConfigPlace place = at.element(direction + "_headers_to_remove", i);
            removes.add(mutable(remove.get(i), place));
        }
        return adds.isEmpty() && removes.isEmpty() ? Level.NONE : new Level(removes, adds);
    }

    /// @param field begins with `request` where it is about requests
    public static List<Add> compileAdds(
            List<HeaderValueOption> options, ConfigPlace at, String field) {
        boolean request = field.startsWith("request");
        List<Add> adds = new ArrayList<>();
        for (int i = 0; i < options.size(); i++) {
            adds.add(compile(options.get(i), request, at.element(field, i)));
        }
        return adds;
    }

    /// One header taken away.
    public static Level remove(String name, ConfigPlace at) {
        return new Level(List.of(mutable(name, at)), List.of());
    }

    /// One header set or added.
    ///
    /// @param request whether it is a request's
    public static Level add(HeaderValueOption option, boolean request, ConfigPlace at) {
        return new Level(List.of(), List.of(compile(option, request, at)));
    }

    @SuppressWarnings("deprecation") // `append`: what older control planes send
    private static Add compile(HeaderValueOption option, boolean request, ConfigPlace at) {
        ConfigPlace header = at.field("header");
        if (option.hasAppend() && option.getAppendActionValue() != 0) {
            at.field("append").refuse("and append_action exclude each other");
        }
        Append append =
                switch (option.getAppendAction()) {
                    case APPEND_IF_EXISTS_OR_ADD ->
                            option.hasAppend() && !option.getAppend().getValue()
                                    ? Append.OVERWRITE_OR_ADD
                                    : Append.APPEND_OR_ADD;
                    case ADD_IF_ABSENT -> Append.ADD_IF_ABSENT;
                    case OVERWRITE_IF_EXISTS_OR_ADD -> Append.OVERWRITE_OR_ADD;
                    case OVERWRITE_IF_EXISTS -> Append.OVERWRITE_IF_EXISTS;
                    case UNRECOGNIZED -> {
                        at.field("append_action")
                                .refuse(option.getAppendActionValue() + " is no action");
                        yield Append.APPEND_OR_ADD;
                    }
                };
        String name = mutable(option.getHeader().getKey(), header.field("key"));
        if (append == Append.APPEND_OR_ADD && InlineHeaders.contains(request, name)) {
            append = Append.JOIN_OR_ADD;
        }
        // Envoy reads `value` here, never `raw_value`.
        return new Add(
                name,
                template(option.getHeader().getValue(), header.field("value")),
                append,
                option.getKeepEmptyValue());
    }

    /// A value with commands; one that cannot be read is refused.
    public static HeaderTemplate template(String text, ConfigPlace at) {
        try {
            return HeaderTemplate.parse(text, HeaderOperators::of);
        } catch (IllegalArgumentException e) {
            at.refuse(String.valueOf(e.getMessage()));
            return HeaderTemplate.parse("", HeaderOperators::of);
        }
    }

    /// Envoy: pseudo headers and `host` are changed by rewrites only.
    private static String mutable(String name, ConfigPlace at) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.isEmpty()) {
            at.refuse("must not be empty");
        } else if (lower.charAt(0) == ':' || lower.equals("host")) {
            at.refuse("'" + name + "': pseudo headers and host may not be changed this way");
        }
        return lower.intern();
    }
}
