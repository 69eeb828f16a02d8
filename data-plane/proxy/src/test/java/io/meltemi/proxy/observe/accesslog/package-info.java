@NullMarked
package io.meltemi.proxy.observe.accesslog;

import org.jspecify.annotations.NullMarked;
