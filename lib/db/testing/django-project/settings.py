"""The original's settings, as far as its database and its serializer need them. The environment chooses database and apps."""
import json
import os

SECRET_KEY = 'Zm9yLXRoZS11bml0LXRlc3RzLW9ubHktMDEyMzQ1'
DEBUG = False
INSTALLED_APPS = [
    'django.contrib.admin', 'django.contrib.auth', 'django.contrib.contenttypes', 'django.contrib.sessions',
    'django.contrib.messages', 'rest_framework', 'rest_framework_simplejwt', 'accounts',
] + json.loads(os.environ.get('MORE_APPS', '[]'))
MIDDLEWARE = [
    'django.contrib.sessions.middleware.SessionMiddleware', 'django.contrib.auth.middleware.AuthenticationMiddleware',
    'django.contrib.messages.middleware.MessageMiddleware',
]
TEMPLATES = [{
    'BACKEND': 'django.template.backends.django.DjangoTemplates', 'APP_DIRS': True,
    'OPTIONS': {'context_processors': [
        'django.template.context_processors.request', 'django.contrib.auth.context_processors.auth',
        'django.contrib.messages.context_processors.messages',
    ]},
}]
ROOT_URLCONF = 'accounts.urls'
DATABASES = {'default': json.loads(os.environ['DJANGO_DATABASE'])}
AUTH_USER_MODEL = 'accounts.User'
DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'
USE_TZ = True
