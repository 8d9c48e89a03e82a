// Preloaded, sets the clock of day of a program back by so many seconds; its monotonic clock goes on as it is.
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long behind(void) {
    static long seconds = -1;
    if (seconds < 0) {
        const char *text = getenv("CLOCK_BEHIND_SECONDS");
        seconds = text ? atol(text) : 0;
    }
    return seconds;
}

int gettimeofday(struct timeval *now, void *zone) {
    long status = syscall(SYS_gettimeofday, now, zone);
    now->tv_sec -= behind();
    return (int) status;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    long status = syscall(SYS_clock_gettime, clock, now);
    if (clock == CLOCK_REALTIME) {
        now->tv_sec -= behind();
    }
    return (int) status;
}

time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) {
        *out = now.tv_sec;
    }
    return now.tv_sec;
}
