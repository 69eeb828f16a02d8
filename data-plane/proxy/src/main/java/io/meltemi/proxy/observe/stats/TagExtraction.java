package io.meltemi.proxy.observe.stats;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.envoyproxy.envoy.config.metrics.v3.StatsConfig;
import io.envoyproxy.envoy.config.metrics.v3.TagSpecifier;
import io.meltemi.proxy.observe.stats.Series.Tag;
import io.meltemi.proxy.observe.stats.Series.TaggedName;
import java.util.ArrayList;
import java.util.List;

/// Finds the tags in a statistic's name, by Envoy's rules and those of `stats_config.stats_tags`.
/// Immutable; used when a series is made, never per request.
final class TagExtraction {
    private final List<Rule> rules;
    private final List<Tag> fixed;

    private TagExtraction(List<Rule> rules, List<Tag> fixed) {
        this.rules = List.copyOf(rules);
        this.fixed = List.copyOf(fixed);
    }

    /// @throws IllegalArgumentException when an expression is not valid
    static TagExtraction compile(StatsConfig config) {
        List<Rule> rules = new ArrayList<>();
        List<Tag> fixed = new ArrayList<>();
        List<String> own =
                config.getStatsTagsList().stream().map(TagSpecifier::getTagName).toList();
        for (TagSpecifier tag : config.getStatsTagsList()) {
            switch (tag.getTagValueCase()) {
                case REGEX -> rules.add(rule(tag.getTagName(), tag.getRegex()));
                case FIXED_VALUE -> fixed.add(new Tag(tag.getTagName(), tag.getFixedValue()));
                case TAGVALUE_NOT_SET -> addDefault(tag.getTagName(), rules);
            }
        }
        if (!config.hasUseAllDefaultTags() || config.getUseAllDefaultTags().getValue()) {
            for (Rule rule : DefaultTags.RULES) {
                // Envoy refuses a tag of a default's name unless it replaces it; Istio replaces
                if (!own.contains(rule.tag())) {
                    rules.add(rule);
                }
            }
        }
        return new TagExtraction(rules, fixed);
    }

    private static void addDefault(String name, List<Rule> rules) {
        List<Rule> known = DefaultTags.RULES.stream().filter(r -> r.tag().equals(name)).toList();
        if (known.isEmpty()) {
            throw new IllegalArgumentException(
                    "stats_tags: "
                            + name
                            + " has neither regex nor fixed_value and is none of the default tags");
        }
        rules.addAll(known);
    }

    static Rule rule(String tag, String regex) {
        try {
            return new Rule(tag, Pattern.compile(regex));
        } catch (com.google.re2j.PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "stats_tags: regex of " + tag + ": " + e.getMessage(), e);
        }
    }

    /// What all statistics have.
    List<Tag> fixed() {
        return fixed;
    }

    TaggedName extract(String name) {
        List<Tag> tags = new ArrayList<>();
        List<int[]> removed = new ArrayList<>();
        for (Rule rule : rules) {
            rule.find(name, tags, removed);
        }
        tags.addAll(fixed);
        boolean[] gone = new boolean[name.length()];
        for (int[] range : removed) {
            java.util.Arrays.fill(gone, range[0], range[1], true);
        }
        StringBuilder rest = new StringBuilder(name.length());
        for (int i = 0; i < gone.length; i++) {
            if (!gone[i]) {
                rest.append(name.charAt(i));
            }
        }
        return new TaggedName(rest.toString(), tags);
    }

    /// One expression: its first group is cut from the name, its second (or else first) is the
    /// value.
    record Rule(String tag, Pattern pattern) {
        void find(String name, List<Tag> tags, List<int[]> removed) {
            Matcher matcher = pattern.matcher(name);
            if (!matcher.find() || matcher.groupCount() < 1) {
                return;
            }
            int value = matcher.groupCount() > 1 && matcher.start(2) >= 0 ? 2 : 1;
            if (tags.stream().anyMatch(t -> t.name().equals(tag))) {
                return;
            }
            tags.add(new Tag(tag, matcher.group(value)));
            removed.add(new int[] {matcher.start(1), matcher.end(1)});
        }
    }
}
