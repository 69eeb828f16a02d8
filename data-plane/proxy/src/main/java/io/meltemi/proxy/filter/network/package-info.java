/// What happens to whole connections, before or instead of HTTP.
@NullMarked
package io.meltemi.proxy.filter.network;

import org.jspecify.annotations.NullMarked;
