package com.example.orders;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** An application that Jobstream is part of: it keeps orders in a database, and lets people watch them. */
@SpringBootApplication
class OrdersApplication {}
